"""Servers and services as CSV: what is understood, and what is refused by file, line and column."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchkeeper.adapters.files.estate import EstateRefused
from watchkeeper.adapters.files.estate_csv import read_servers, read_services
from watchkeeper.adapters.files.yaml_text import FileRefused
from watchkeeper.domain.estate import Criticality, Exposure

SERVERS = """\
name,class,exposure,owner,criticality,instances,address,protected
web-1,web,internet,"Web team, Leeds",high,10.0.0.1:9100; web-1,10.0.0.1,false
db-1,,,,,,,TRUE
"""
SERVICES = """\
name,server,unit,probe,logs,depends_on,replicas_of
shop-1,web-1,nginx,http://10.0.0.1/,/var/log/a.log;/var/log/b.log,stock;cache,shop
stock,db-1,,,,,
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "items.csv"


def test_everything_that_can_be_said_of_a_server_is_understood(file: Path) -> None:
    file.write_text(SERVERS)
    web, db = (claim.item for claim in read_servers(file))
    assert (web.server_class, web.exposure) == ("web", Exposure.INTERNET)
    assert (web.owner, web.criticality) == ("Web team, Leeds", Criticality.HIGH)
    assert (web.instances, web.protected) == (("10.0.0.1:9100", "web-1"), False)
    assert (db.name, db.protected) == ("db-1", True)


def test_an_empty_cell_says_nothing(file: Path) -> None:
    file.write_text(SERVERS)
    assert [sorted(claim.said) for claim in read_servers(file)][1] == ["name", "protected"]


def test_a_server_without_an_address_is_not_this_host(file: Path) -> None:
    """In estate.yaml no address may mean this host; in an export of thousands it never does."""
    file.write_text(SERVERS)
    [_, db] = read_servers(file)
    assert db.item.address == "db-1"
    assert "address" not in db.said  # estate.yaml may say otherwise


def test_everything_that_can_be_said_of_a_service_is_understood(file: Path) -> None:
    file.write_text(SERVICES)
    shop, stock = (claim.item for claim in read_services(file))
    assert (shop.server, shop.unit, shop.probe) == ("web-1", "nginx", "http://10.0.0.1/")
    assert shop.logs == ("/var/log/a.log", "/var/log/b.log")
    assert (shop.depends_on, shop.replicas_of) == (("stock", "cache"), "shop")
    assert (stock.depends_on, stock.pid_file) == ((), "")


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffname,class\r\nweb-1,web\r\n",
        "name,class\n\nweb-1,web\n,\n",
        " name , class \n web-1 , web \n",
        'class,name\n"web","web-1"\n',
    ],
    ids=["as a spreadsheet saves it", "empty lines", "spaces around", "another order, quoted"],
)
def test_what_programs_write_is_read(file: Path, text: str) -> None:
    file.write_bytes(text.encode())
    [claim] = read_servers(file)
    assert (claim.item.name, claim.item.server_class) == ("web-1", "web")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1: names no columns"),
        ("name,colour\n", "line 1: column 2 is called 'colour'; there are name, class, "),
        ("name,name\n", "line 1: two columns are called name; remove one"),
        ("class\nweb\n", "line 1: the column name is missing; add it"),
        ("name,class\nweb-1\n", "line 2: 1 cells for 2 columns"),
        ("name,owner\nweb-1,a,b\n", "line 2: 3 cells for 2 columns; quote what has a comma in it"),
        ("name,class\nweb-1,web\n,web\n", "line 3, column name: is missing; add it"),
        ("name,class\nweb-1,-rf\n", "line 2, column class: is not written as it must be"),
        ("name,exposure\nweb-1,moon\n", "line 2, column exposure: input should be 'internet'"),
        ("name,protected\nweb-1,maybe\n", "line 2, column protected: must be true or false"),
        ("name\nweb-1\ndb-1\nweb-1\n", "line 4, column name: web-1 stands in line 2 already"),
        ('name,owner\nweb-1,"open\n', "is not CSV: unexpected end of data"),
        ("name,owner\nweb-1,a\x00b\n", "line 2"),
        ('name,owner\nweb-1,"a\nb"\n', "line 3, column owner: is not written as it must be"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_a_line(file: Path, text: str, told: str) -> None:
    file.write_text(text)
    with pytest.raises(EstateRefused) as refused:
        read_servers(file)
    assert str(refused.value).startswith(f"{file}: ")
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_refusal_never_repeats_a_cell(file: Path) -> None:
    file.write_text("name,address\nweb-1,hunter2\x07\n")
    with pytest.raises(EstateRefused) as refused:
        read_servers(file)
    assert "hunter2" not in str(refused.value)


def test_a_file_that_is_no_text_is_refused(file: Path) -> None:
    file.write_bytes(b"name\n\xff\xfe\n")
    with pytest.raises(FileRefused, match="is not UTF-8 text"):
        read_servers(file)


@given(st.text(max_size=200))
def test_whatever_stands_in_it_it_is_read_or_refused_in_a_line(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    file = tmp_path_factory.mktemp("csv") / "servers.csv"
    file.write_bytes(("name,class\n" + text).encode("utf-8", "replace"))
    try:
        claims = read_servers(file)
    except FileRefused as refused:
        assert "\n" not in str(refused)
    else:
        names = [claim.item.name for claim in claims]
        assert len(set(names)) == len(names)
