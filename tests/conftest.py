"""What holds for every test: a home of its own, no network, nothing left behind."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from tests.helpers.isolation import block_network, move_home
from tests.helpers.leftovers import Leftovers


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("maskstudio")
    group.addoption("--full", action="store_true", help="long counts instead of a tenth of them")
    group.addoption("--headed", action="store_true", help="show the windows of the tests")


def pytest_configure(config: pytest.Config) -> None:
    """Choose the platform before the first window; drop paths other libraries set for their Qt."""
    os.environ.pop("QT_QPA_PLATFORM_PLUGIN_PATH", None)
    if config.getoption("--headed"):
        os.environ.pop("QT_QPA_PLATFORM", None)
    else:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--full"):
        return
    for item in items:
        if item.get_closest_marker("full"):
            item.add_marker(pytest.mark.skip(reason="takes long; runs with --full"))


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    """Whether the long counts are asked for."""
    return bool(request.config.getoption("--full"))


@pytest.fixture(scope="session")
def count(full: bool) -> Callable[[int], int]:
    """Scales a number of repetitions: all of them with --full, else a tenth, at least one."""
    return lambda full_count: full_count if full else max(1, full_count // 10)


@pytest.fixture(autouse=True)
def isolated(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """A home of its own and no network; threads and windows that stay fail the test."""
    with monkeypatch.context() as patch:
        move_home(patch, tmp_path_factory.mktemp("home"))
        block_network(patch)
        leftovers = Leftovers(patch)
        yield
        stayed = leftovers.collect()
    if stayed:
        pytest.fail("left behind: " + ", ".join(stayed))
