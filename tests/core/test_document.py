from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from maskstudio.core.document import Document, LoadedSample, Sample, load_sample
from maskstudio.core.geometry import Rect, Size
from maskstudio.core.image import Image
from maskstudio.core.layer import MaskData, new_layer
from maskstudio.errors import Kind, Problem, Scope, Severity
from tests.helpers.datasets import ImageInMemory, MaskInMemory
from tests.helpers.masks import mask

PICTURE = np.zeros((2, 4, 3), np.uint8)


def kinds(loaded: LoadedSample) -> list[Kind]:
    return [problem.kind for problem in loaded.problems]


def test_a_sample_is_loaded_with_its_picture_and_masks() -> None:
    sample = Sample(
        "a", image=ImageInMemory(PICTURE), masks={"k": MaskInMemory(mask("....", "111."))}
    )
    loaded = load_sample(sample)
    assert loaded.image is not None
    assert loaded.image.size == loaded.size == Size(4, 2)
    assert loaded.masks["k"].pixels.tolist() == [[0, 0, 0, 0], [1, 1, 1, 0]]
    assert loaded.problems == ()


def test_what_cannot_be_read_is_listed_and_the_rest_is_loaded() -> None:
    good = MaskInMemory(mask("..", "11"))
    bad = MaskInMemory(None, where="bad.png")
    loaded = load_sample(Sample("a", image=ImageInMemory(None), masks={"bad": bad, "good": good}))
    assert loaded.image is None
    assert list(loaded.masks) == ["good"]
    assert loaded.size == Size(2, 2)
    assert loaded.problems[1] == Problem(
        Kind.IMAGE_CORRUPT,
        Severity.ERROR,
        Scope.ITEM,
        "bad.png",
        "the file ends too early",
        sample="a",
    )


def test_problems_that_a_reader_noticed_are_handed_on() -> None:
    noticed = Problem(Kind.UNDECLARED_INDEX, Severity.WARNING, Scope.ITEM, "a.png", "index 9")

    class Odd(MaskInMemory):
        def read(self) -> MaskData:
            return MaskData(mask("9"), problems=(noticed,))

    assert load_sample(Sample("a", masks={"k": Odd(None)})).problems == (
        replace(noticed, sample="a"),
    )


def test_a_mask_of_another_size_than_the_picture_is_a_warning() -> None:
    masks = {"k": MaskInMemory(mask("..."))}
    loaded = load_sample(Sample("a", image=ImageInMemory(PICTURE), masks=masks))
    assert kinds(loaded) == [Kind.MASK_IMAGE_SIZE_DIFFERS]
    assert loaded.problems[0].severity == Severity.WARNING
    assert "3 x 1" in loaded.problems[0].message
    assert "4 x 2" in loaded.problems[0].message


@pytest.mark.parametrize(
    ("turned", "expected"),
    [(True, Kind.MASK_ORIENTATION), (False, Kind.MASK_IMAGE_SIZE_DIFFERS)],
)
def test_a_mask_of_the_picture_before_turning_is_told_apart(turned: bool, expected: Kind) -> None:
    masks = {"k": MaskInMemory(mask("..", "..", "..", ".."))}
    loaded = load_sample(Sample("a", image=ImageInMemory(PICTURE, turned=turned), masks=masks))
    assert kinds(loaded) == [expected]


def test_without_picture_and_mask_there_is_no_size() -> None:
    assert load_sample(Sample("a")).size is None


def test_a_document_finds_its_layers_by_key() -> None:
    size = Size(4, 2)
    layers = [new_layer("lower", size, 0), new_layer("upper", size, 0)]
    loaded = LoadedSample(Sample("a/b c"), Image(PICTURE), {})
    document = Document(loaded, layers, size)
    assert document.layer("upper") is layers[1]
    assert document.name == "a/b c"
    assert document.rect == Rect(0, 0, 4, 2)
    with pytest.raises(KeyError):
        document.layer("missing")
