"""Whatever several sources tell: precedence holds, labels decide nothing, nobody is lost."""

from dataclasses import fields, replace

from hypothesis import given
from hypothesis import strategies as st

from watchkeeper.domain.drift import DriftKind
from watchkeeper.domain.estate import UNCLASSIFIED, Criticality, Exposure, Server, Service
from watchkeeper.domain.telling import Claim, Sighting, Telling
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.knowledge.reconciliation import reconciled

NAMES = ("a", "b", "c", "A")
SAYS = {
    "server_class": st.sampled_from(("web", "database")),
    "exposure": st.sampled_from(Exposure),
    "criticality": st.sampled_from(Criticality),
    "owner": st.sampled_from(("x", "y")),
    "address": st.sampled_from(("10.0.0.1", "10.0.0.2", "local")),
    "protected": st.booleans(),
    "instances": st.sampled_from((("a:1",), ("b:1", "c:1"), ())),
}
words = st.fixed_dictionaries({}, optional=SAYS)
labels = st.fixed_dictionaries(
    {}, optional={key: SAYS[key] for key in ("server_class", "exposure", "criticality", "owner")}
)


@st.composite
def servers(draw: st.DrawFn) -> tuple[Claim[Server], ...]:
    claims = []
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True)):
        said = draw(words)
        claims.append(Claim(item=replace(Server(name=name), **said), said=frozenset(said)))
    return tuple(claims)


@st.composite
def services(draw: st.DrawFn) -> tuple[Claim[Service], ...]:
    names = draw(st.lists(st.sampled_from(("s", "t", "a")), unique=True))
    needs = st.lists(st.sampled_from(("s", "t", "nobody")), max_size=2)
    return tuple(
        Claim(
            item=Service(
                name=name, server=draw(st.sampled_from(NAMES)), depends_on=tuple(draw(needs))
            ),
            said=frozenset({"name", "server", "depends_on"}),
        )
        for name in names
    )


@st.composite
def sightings(draw: st.DrawFn) -> Sighting:
    said = draw(labels)
    return Sighting(
        instance=draw(st.sampled_from(("a:1", "a:2", "z:1", "s:1", "-x", "10.0.0.1:9"))),
        host=draw(st.sampled_from(("", "10.0.0.1", "10.0.0.7"))),
        name=draw(st.sampled_from(("", "a", "z"))),
        claim=Claim(item=replace(Server(name=""), **said), said=frozenset(said)),
    )


@st.composite
def tellings(draw: st.DrawFn) -> tuple[Telling, ...]:
    return (
        Telling(source="file", servers=draw(servers()), services=draw(services())),
        Telling(source="csv", servers=draw(servers()), services=draw(services())),
        Telling(source="prom", sightings=tuple(draw(st.lists(sightings(), max_size=5)))),
    )


@given(tellings())
def test_what_the_first_source_says_is_so_or_the_server_is_disputed(
    told: tuple[Telling, ...],
) -> None:
    found = reconciled(told)
    graph = EstateGraph(found.estate)
    disputed = {drift.item for drift in found.drift if drift.kind is DriftKind.IDENTITY}
    for claim in told[0].servers:
        mine = graph.servers[claim.item.name]
        for field in claim.said - {"instances"}:
            same = getattr(mine, field) == getattr(claim.item, field)
            assert same or (field == "server_class" and mine.name in disputed)


@given(tellings())
def test_no_label_ever_gives_a_class_or_changes_what_is_written(told: tuple[Telling, ...]) -> None:
    written, seen = reconciled(told[:2]).estate, reconciled(told).estate
    before = {server.name: server for server in written.servers}
    for server in seen.servers:
        if server.name in before:
            assert replace(server, instances=()) == replace(before[server.name], instances=())
        else:
            assert server.server_class == UNCLASSIFIED
            assert not server.protected
            assert server.address not in ("", "local")
    assert seen.services == written.services


@given(tellings())
def test_every_server_that_is_written_down_is_there_once_and_every_instance_is_one_s(
    told: tuple[Telling, ...],
) -> None:
    estate = reconciled(told).estate
    names = [*(s.name for s in estate.servers), *(s.name for s in estate.services)]
    assert len(set(names)) == len(names)
    assert {claim.item.name for each in told for claim in each.servers} <= set(names)
    instances = [instance for server in estate.servers for instance in server.instances]
    assert len(set(instances)) == len(instances)


@given(tellings())
def test_every_disagreement_of_the_files_is_told(told: tuple[Telling, ...]) -> None:
    found = reconciled(told[:2])
    conflicts = {(d.item, d.field) for d in found.drift if d.kind is DriftKind.CONFLICT}
    first = {claim.item.name: claim for claim in told[0].servers}
    for claim in told[1].servers:
        other = first.get(claim.item.name)
        for field in (claim.said & other.said) - {"instances"} if other else ():
            differ = getattr(claim.item, field) != getattr(other.item, field)  # type: ignore[union-attr]
            shown = "class" if field == "server_class" else field
            assert ((claim.item.name, shown) in conflicts) == differ


@given(tellings())
def test_the_same_told_twice_is_the_same_estate(told: tuple[Telling, ...]) -> None:
    assert reconciled(told) == reconciled(told)
    assert {field.name for field in fields(Server)} >= SAYS.keys()
