from __future__ import annotations

from pathlib import Path

import pytest

from maskstudio.resources import resource
from maskstudio.ui.bundled_sample import own_sample
from maskstudio.workflows.open_dataset import open_dataset


def test_the_sample_is_opened_as_a_copy(tmp_path: Path) -> None:
    opened = open_dataset(own_sample(tmp_path / "sample"))
    assert len(opened.dataset.samples) == 12
    assert opened.dataset.keys == ("ground_truth", "predictions")
    bundled = resource("sample").resolve()
    for source in opened.layer_sources.values():
        assert not source.path.resolve().is_relative_to(bundled)
    opened.close()


def test_what_was_painted_in_the_copy_stays(tmp_path: Path) -> None:
    own_sample(tmp_path / "sample")
    label_map = tmp_path / "sample" / "predictions" / "labelmap.txt"
    label_map.write_text("mine:1,2,3::\n")
    own_sample(tmp_path / "sample")
    assert label_map.read_text() == "mine:1,2,3::\n"


def test_a_copy_that_fails_leaves_no_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfile", full)
    with pytest.raises(OSError, match="No space left"):
        own_sample(tmp_path / "sample")
    assert not (tmp_path / "sample").exists()
