"""Where requests may go: hosts, ports, schemes, and the addresses behind names, also after redirects."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.sources.client import Client
from pipeline.sources.exchange import FetchProblem, Memory
from pipeline.sources.guard import AddressPolicy, Forbidden, Scope, is_public
from pipeline.sources.registry import Defaults, Registry
from tests.sources.bodies import pdf
from tests.sources.site import Site
from tests.sources.world import QUICK


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1",
     "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "2001::1", "::", "192.0.2.1"],
)  # fmt: skip
def test_special_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "114.114.114.114", "2400:3200::1", "::ffff:8.8.8.8"])
def test_other_addresses_are(address: str) -> None:
    assert is_public(address)


SCOPE = Scope.of("http://www.bureau.example:8080/gk/", ["*.files.example", "cdn.example:8443"], ["old.example"])


@pytest.mark.parametrize(
    "url", ["http://www.bureau.example:8080/a", "https://www.bureau.example/a", "http://a.files.example/x", "https://cdn.example:8443/x"]
)
def test_links_within_the_entry(url: str) -> None:
    SCOPE.check(url)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://evil.example/", "not in the registry entry"),
        ("http://files.example/", "not in the registry entry"),
        ("http://evilfiles.example/", "not in the registry entry"),
        ("http://old.example/", "not in the registry entry"),
        ("http://www.bureau.example:22/", "port 22"),
        ("ftp://www.bureau.example/", "not http"),
        ("file:///etc/passwd", "not http"),
        ("http://u:p@www.bureau.example:8080/", "user name"),
        ("http://www.bureau.example.evil.example/", "not in the registry entry"),
        ("http://[::1/", "not a valid address"),
    ],
)
def test_links_beyond_it(url: str, says: str) -> None:
    with pytest.raises(Forbidden, match=says):
        SCOPE.check(url)


def test_a_redirect_may_lead_where_a_link_may_not() -> None:
    SCOPE.check("http://old.example/", redirected=True)


class Names:
    """A name server of the test's own; counts what it is asked."""

    def __init__(self, **answers: list[str]) -> None:
        self.answers, self.asked = answers, list[str]()

    def __call__(self, host: str) -> list[str]:
        self.asked.append(host)
        return self.answers[host.partition(".")[0]]


def ask(site: Site, policy: AddressPolicy, host: str, path: str = "/a.pdf", redirects_to: tuple[str, ...] = ()) -> bytes:
    url = f"http://{host}:{site.port}{path}"
    with Client(Registry(publishers=(), defaults=Defaults(requests_per_second=500)), QUICK, policy) as client:
        sink = Memory()
        client.fetch(url, Scope.of(url, (), redirects_to), sink)
        return bytes(sink.data)


@pytest.fixture
def site() -> Site:
    site = Site()
    site.put("127.0.0.61", "/a.pdf", pdf("内"), "application/pdf")
    site.play("127.0.0.61", "/away.pdf", lambda h: h.answer(302, b"", [("Location", f"http://inner.test:{site.port}/a.pdf")]))
    return site


def test_a_name_with_a_private_address_is_not_connected_to(site: Site) -> None:
    names = Names(public=["127.0.0.61"])
    with site, pytest.raises(FetchProblem, match=r"private or special address 127\.0\.0\.61"):
        ask(site, AddressPolicy(resolve=names), "public.test")
    assert not site.hits


def test_one_private_address_among_public_ones_forbids_the_name(site: Site) -> None:
    names = Names(mixed=["93.184.216.34", "10.0.0.8"])
    with site, pytest.raises(FetchProblem, match=r"10\.0\.0\.8"):
        ask(site, AddressPolicy(resolve=names), "mixed.test")


def test_a_host_that_the_registry_allows_is_connected_to(site: Site) -> None:
    names = Names(intranet=["127.0.0.61"])
    with site:
        assert ask(site, AddressPolicy(frozenset({"intranet.test"}), names), "intranet.test") == pdf("内")
    assert len(names.asked) <= len(site.hits), "a name is resolved once a connection: what was checked is what is connected to"


def test_a_redirect_to_a_name_with_a_private_address_is_refused(site: Site) -> None:
    names = Names(intranet=["127.0.0.61"], inner=["127.0.0.61"])
    policy = AddressPolicy(frozenset({"intranet.test"}), names)
    with site, pytest.raises(FetchProblem, match=r"inner\.test has the private"):
        ask(site, policy, "intranet.test", "/away.pdf", ("inner.test",))
    assert [h.path for h in site.hits] == ["/robots.txt", "/away.pdf"]


def test_a_literal_loopback_address_needs_permission_too(site: Site) -> None:
    with site, pytest.raises(FetchProblem, match=r"127\.0\.0\.61"):
        ask(site, AddressPolicy(), "127.0.0.61")


def test_a_name_that_does_not_resolve_is_one_line(tmp_path: Path, site: Site) -> None:
    def nowhere(host: str) -> list[str]:
        raise OSError("no such name")

    with site, pytest.raises(FetchProblem, match=r"robots.txt of gone.test:\d+ cannot be had .*cannot be resolved"):
        ask(site, AddressPolicy(resolve=nowhere), "gone.test")
