"""Whatever needs whatever: the graph answers, and its answers agree with one another."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from watchkeeper.domain.estate import Estate, Server, Service
from watchkeeper.knowledge.estate import EstateGraph

NAMES = ("a", "b", "c", "d", "e", "f")
SERVERS = ("s1", "s2", "s3")


@st.composite
def estates(draw: st.DrawFn) -> EstateGraph:
    """Up to six services on three servers; needs may run in circles, or to nobody."""
    needs = st.lists(st.sampled_from((*NAMES, "nobody")), unique=True, max_size=3)
    services = tuple(
        Service(
            name=name,
            server=draw(st.sampled_from((*SERVERS, "elsewhere"))),
            depends_on=tuple(draw(needs)),
        )
        for name in draw(st.lists(st.sampled_from(NAMES), unique=True))
    )
    return EstateGraph(
        Estate(servers=tuple(Server(name=name) for name in SERVERS), services=services)
    )


@given(estates())
def test_who_needs_and_who_is_needed_are_two_sides_of_one_thing(graph: EstateGraph) -> None:
    for one in graph.services:
        for other in graph.services:
            assert (other in graph.upstreams(one)) == (one in graph.dependants(other))


@given(estates())
def test_nobody_needs_itself_and_everybody_is_named_once(graph: EstateGraph) -> None:
    for name in graph.services:
        for reached in (graph.upstreams(name), graph.dependants(name)):
            assert name not in reached
            assert len(set(reached)) == len(reached)


@given(estates(), st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_a_way_leads_along_needs_and_there_is_one_to_all_who_suffer(
    graph: EstateGraph, cause: str, symptom: str
) -> None:
    way = graph.path(cause, symptom)
    suffers = symptom == cause or symptom in graph.dependants(cause)
    assert bool(way) == suffers
    if way:
        assert (way[0], way[-1]) == (cause, symptom)
        assert len(set(way)) == len(way)
        for upstream, victim in pairwise(way):
            assert upstream in graph.services[victim].depends_on


@given(estates(), st.sampled_from(SERVERS), st.sampled_from(SERVERS))
def test_being_related_is_mutual(graph: EstateGraph, one: str, other: str) -> None:
    assert graph.related(one, other) == graph.related(other, one)
    assert graph.related(one, one)
