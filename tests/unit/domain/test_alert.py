from watchkeeper.domain.alert import fingerprint


def test_the_same_signature_names_the_same_alert_in_any_order() -> None:
    one = fingerprint("monitoring", "web-1", ("up", "probe_success{shop}"))
    assert one == fingerprint("monitoring", "web-1", ("probe_success{shop}", "up"))
    assert len(one) == 16
    assert int(one, 16) >= 0


def test_another_source_server_or_series_is_another_alert() -> None:
    names = {
        fingerprint("monitoring", "web-1", ("up",)),
        fingerprint("alertmanager", "web-1", ("up",)),
        fingerprint("monitoring", "web-2", ("up",)),
        fingerprint("monitoring", "web-1", ("cpu",)),
        fingerprint("monitoring", "web-1", ("up", "cpu")),
        fingerprint("monitoring", "", ("web-1", "up")),
        fingerprint("", "monitoring", ("web-1", "up")),
    }
    assert len(names) == 7
