"""One file, the environment over it, secrets by reference only; every mistake is one line."""

from pathlib import Path

import pytest

from watchkeeper.bootstrap.settings import (
    Settings,
    SettingsRefused,
    config_folder,
    default_config,
    load_settings,
    secret_value,
)
from watchkeeper.bootstrap.source_settings import PrometheusSource

WHOLE = """\
estate: estate.yaml
sources:
  - {kind: prometheus, name: main, url: "http://127.0.0.1:9090/prom", bearer_token_file: secret}
  - {kind: prometheus, name: other, url: "https://p", username: u, password_env: P, ca_file: ca.pem}
  - {kind: host}
monitoring: {cycle_seconds: 2, intensified_seconds: 1, quiet_cycles: 5, thresholds: t.yaml}
incidents: {verification_seconds: 6, approval_seconds: 60}
runbooks: [more, /srv/runbooks]
http: {listen: "127.0.0.1:8601"}
alert_sources:
  - {name: alertmanager, token_file: secret, targets: [web-1]}
  - {name: grafana, hmac_secret_env: G, class: web}
"""


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WATCHKEEPER_CONFIG", "WATCHKEEPER_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)


def written(folder: Path, text: str) -> Path:
    file = folder / "watchkeeper.yaml"
    file.write_text(text)
    return file


def test_without_a_file_it_watches_this_host() -> None:
    settings = load_settings(None)
    assert (settings.estate, settings.sources, settings.file) == (None, (), None)
    assert (settings.monitoring.cycle_seconds, settings.incidents.verification_seconds) == (60, 300)
    assert (settings.http.host, settings.http.port) == ("127.0.0.1", 8600)


def test_the_whole_file_is_understood_and_paths_begin_where_it_lies(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, WHOLE))
    first = settings.sources[0]
    assert isinstance(first, PrometheusSource)
    assert settings.estate == tmp_path / "estate.yaml"
    assert settings.runbooks == (tmp_path / "more", Path("/srv/runbooks"))
    assert first.bearer_token.file == tmp_path / "secret"
    assert settings.monitoring.thresholds == tmp_path / "t.yaml"
    assert settings.alert_sources[1].server_class == "web"
    assert settings.file == tmp_path / "watchkeeper.yaml"
    assert [field for field, _ in settings.secrets()] == [
        "sources[main].bearer_token",
        "sources[other].password",
        "alert_sources[alertmanager].token",
        "alert_sources[grafana].hmac_secret",
    ]


def test_an_empty_file_is_all_defaults(tmp_path: Path) -> None:
    assert load_settings(written(tmp_path, "# nothing\n")).monitoring.quiet_cycles == 3


def test_the_environment_overrides_one_field_and_leaves_its_neighbours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHKEEPER_MONITORING__CYCLE_SECONDS", "7")
    monkeypatch.setenv("WATCHKEEPER_ESTATE", "/srv/estate.yaml")
    settings = load_settings(written(tmp_path, WHOLE))
    assert (settings.monitoring.cycle_seconds, settings.monitoring.quiet_cycles) == (7, 5)
    assert settings.estate == Path("/srv/estate.yaml")


def test_the_digest_follows_the_settings_and_not_the_spelling(tmp_path: Path) -> None:
    one = load_settings(written(tmp_path, "http: {listen: 127.0.0.1:1}")).digest
    same = load_settings(written(tmp_path, "# a note\nhttp:\n  listen: '127.0.0.1:1'\n")).digest
    other = load_settings(written(tmp_path, "http: {listen: 127.0.0.1:2}")).digest
    assert one == same != other


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("htp: {}", "htp: is not a known key"),
        ("monitoring: {cycles: 1}", "monitoring.cycles: is not a known key"),
        ("monitoring: {cycle_seconds: 0}", "monitoring.cycle_seconds: input should be greater"),
        ("monitoring: {cycle_seconds: .nan}", "monitoring.cycle_seconds: "),
        ("monitoring: {quiet_cycles: 1.5}", "monitoring.quiet_cycles: "),
        ("http: {listen: '0.0.0.0:8600'}", "there is no sign-in yet"),
        ("http: {listen: '[::]:8600'}", "there is no sign-in yet"),
        ("http: {listen: 'example.org:8600'}", "there is no sign-in yet"),
        ("http: {listen: '127.0.0.1.nip.io:80'}", "there is no sign-in yet"),
        ("http: {listen: '8600'}", "an address and a port"),
        ("http: {listen: '127.0.0.1:99999'}", "an address and a port"),
        ("sources: [{kind: nagios}]", "'host', 'prometheus'"),
        ("sources: [{kind: prometheus}]", "sources[0].prometheus.url: is missing"),
        ("sources: [{kind: prometheus, url: 'ftp://x'}]", "sources[0].prometheus.url"),
        ("sources: [{kind: prometheus, url: 'http://u:hunter2@h'}]", "sources[0].prometheus.url"),
        ("sources: [{kind: prometheus, url: 'http://h', username: u}]", "go together"),
        (
            "sources: [{kind: prometheus, url: 'http://h', username: u, password_env: P,"
            " bearer_token_env: B}]",
            "not both",
        ),
        ("sources: [{kind: host}, {kind: host}]", "same name"),
        ("alert_sources: [{name: a, targets: [x]}]", "nobody posts unproven"),
        ("alert_sources: [{name: a, token_env: T}]", "one of the two"),
        ("alert_sources: [{name: a, token_env: T, targets: [x], class: w}]", "one of the two"),
        ("alert_sources: [{name: a b, token_env: T, targets: [x]}]", "alert_sources[0].name"),
        ("alert_sources: [{name: a, token: hunter2, targets: [x]}]", "token: is not a known key"),
        ("- 1", "must be a mapping"),
        ("1: 2", "must be a mapping"),
        ("http: {}\nhttp: {}", "'http' stands twice"),
        ("http: [", "line 1"),
        ("when: 2026-99-99", "not usable YAML"),
    ],
)
def test_a_mistake_is_one_line_that_names_the_file_and_the_field(
    tmp_path: Path, text: str, says: str
) -> None:
    file = written(tmp_path, text)
    with pytest.raises(SettingsRefused) as refused:
        load_settings(file)
    told = str(refused.value)
    assert told.startswith(f"{file}: ")
    assert says in told
    assert "\n" not in told
    assert "hunter2" not in told


def test_several_mistakes_are_counted(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match=r"and 1 more\)"):
        load_settings(written(tmp_path, "a: 1\nb: 2"))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match="no such file"):
        load_settings(tmp_path / "nowhere.yaml")


def test_a_list_in_the_environment_is_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHKEEPER_SOURCES", "[not json")
    with pytest.raises(SettingsRefused, match="given as JSON"):
        load_settings(None)


@pytest.mark.parametrize("listen", ["127.0.0.1:0", "localhost:8600", "[::1]:8600", "127.9.9.9:1"])
def test_loopback_has_many_names(tmp_path: Path, listen: str) -> None:
    settings = load_settings(written(tmp_path, f"http: {{listen: '{listen}'}}"))
    assert f"{settings.http.port}" == listen.rpartition(":")[2]
    assert "[" not in settings.http.host


def one_secret(settings: Settings) -> tuple[str, object]:
    field, reference = next(iter(settings.secrets()))
    return field, secret_value(reference, field)


def test_a_secret_is_read_from_its_file_and_never_shown(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.touch(mode=0o600)
    secret.write_text("hunter2\n")
    settings = load_settings(written(tmp_path, WHOLE))
    _, value = one_secret(settings)
    assert "hunter2" not in repr(value) + str(value) + repr(settings) + settings.model_dump_json()
    assert getattr(value, "get_secret_value")() == "hunter2"  # noqa: B009 only here


@pytest.mark.parametrize(
    ("mode", "content", "says"),
    [
        (0o604, "x", "everybody on this host may read it; run: chmod 600"),
        (0o600, "\n", "holds nothing"),
    ],
)
def test_a_secret_that_everybody_may_read_is_refused(
    tmp_path: Path, mode: int, content: str, says: str
) -> None:
    secret = tmp_path / "secret"
    secret.write_text(content)
    secret.chmod(mode)
    with pytest.raises(SettingsRefused, match=says) as refused:
        one_secret(load_settings(written(tmp_path, WHOLE)))
    assert str(refused.value).startswith("sources[main].bearer_token: ")


def test_a_secret_may_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "alert_sources: [{name: a, token_env: MY_TOKEN, targets: [x]}]"
    settings = load_settings(written(tmp_path, text))
    with pytest.raises(SettingsRefused, match="MY_TOKEN is not set"):
        one_secret(settings)
    monkeypatch.setenv("MY_TOKEN", "hunter2")
    assert "MY_TOKEN" not in str(one_secret(settings))


def test_where_a_configuration_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHKEEPER_CONFIG", "/named/here.yaml")
    assert default_config() == Path("/named/here.yaml")
    monkeypatch.delenv("WATCHKEEPER_CONFIG")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert config_folder() == Path("/etc/watchkeeper")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert default_config() is None
    (tmp_path / "watchkeeper").mkdir()
    (tmp_path / "watchkeeper" / "watchkeeper.yaml").touch()
    assert default_config() == tmp_path / "watchkeeper" / "watchkeeper.yaml"


@pytest.mark.parametrize(
    "told",
    [
        "heartbeat: {}",
        "heartbeat: {url: 'http://a/b', url_file: c}",
        "heartbeat: {url: 'http://user:word@a/b'}",
        "heartbeat: {url: 'http://a/b?token=c'}",
        "notifications: {url: 'ftp://a'}",
    ],
)
def test_messages_and_signs_of_life_have_one_address_without_a_secret_in_it(
    tmp_path: Path, told: str
) -> None:
    (tmp_path / "watchkeeper.yaml").write_text(told)
    with pytest.raises(SettingsRefused):
        load_settings(tmp_path / "watchkeeper.yaml")


def test_the_secrets_of_messages_and_signs_of_life_are_named(tmp_path: Path) -> None:
    (tmp_path / "watchkeeper.yaml").write_text(
        "heartbeat: {url_env: BEAT_URL}\n"
        "notifications: {url: 'https://pages.example/hook', bearer_token_file: token}\n"
    )
    settings = load_settings(tmp_path / "watchkeeper.yaml")
    assert {name: str(secret) for name, secret in settings.secrets()} == {
        "heartbeat.url": "the environment variable BEAT_URL",
        "notifications.bearer_token": str(tmp_path / "token"),
    }


def test_every_class_has_keys_of_its_own(tmp_path: Path) -> None:
    said = "ssh: {keys: {web: {key_file: web}}, look_keys: {web: {key_file: look, user: look}}}"
    ssh = load_settings(written(tmp_path, said)).ssh
    assert ssh.keys["web"].key_file == tmp_path / "web"
    assert ssh.look_keys["web"].user == "look"


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("{keys: {web: {key_file: k}, db: {key_file: k}}}", "the same file"),
        ("{keys: {web: {key_file: k}}, look_keys: {web: {key_file: k, user: l}}}", "the same file"),
        ("{look_keys: {web: {key_file: k, user: root}}}", "root must not look"),
        ("{keys: {web: k}}", "ssh.keys.web"),
    ],
)
def test_a_key_that_would_serve_two_is_refused(tmp_path: Path, said: str, fault: str) -> None:
    with pytest.raises(SettingsRefused, match=fault):
        load_settings(written(tmp_path, f"ssh: {said}"))
