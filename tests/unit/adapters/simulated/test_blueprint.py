from watchkeeper.adapters.simulated.blueprint import Blueprint, data_centre


def test_a_data_centre_has_servers_of_several_classes() -> None:
    estate = data_centre(1).estate
    assert {s.server_class for s in estate.servers} == {
        "web",
        "application",
        "database",
        "cache",
        "batch",
    }


def test_services_lean_only_on_services_that_exist_and_never_in_a_circle() -> None:
    for seed in range(30):
        services = data_centre(seed).estate.services
        earlier: set[str] = set()
        for service in services:
            assert set(service.depends_on) <= earlier
            earlier.add(service.name)


def test_every_item_of_the_estate_has_a_name_of_its_own(blueprint: Blueprint) -> None:
    estate = blueprint.estate
    names = [s.name for s in estate.servers] + [s.name for s in estate.services]
    assert len(names) == len(set(names))


def test_seeds_make_different_data_centres_and_the_same_seed_the_same() -> None:
    assert data_centre(3) == data_centre(3)
    assert len({len(data_centre(seed).servers) for seed in range(20)}) > 1


def test_every_service_is_probed_under_its_own_address(blueprint: Blueprint) -> None:
    probes = blueprint.targets.probes
    assert {p.service for p in probes} == {s.name for s in blueprint.estate.services}
    assert len({p.instance for p in probes}) == len(probes)
