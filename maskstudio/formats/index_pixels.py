"""What the pixels of a plain mask mean, and how an edited one goes back into its kind of file.

The value is the class index, also where a palette or three equal channels hold it; other colors are
looked up (`formats.md` section 6a).
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable
from contextlib import suppress
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import ColorMask, IndexMask, Rgb
from maskstudio.core.geometry import Size
from maskstudio.core.labels import LabelClass, LabelMap, generated_class, next_free_color, voc_color
from maskstudio.errors import DataError, Kind, Problem, Scope, Severity

from . import png
from .color_codec import STRIP, ColorCodec, MetColor
from .picture_header import open_tifffile, pillow_open, translating
from .pictures import RawMask, encode_mask_png, read_raw_mask
from .png_encoding import GRAY_ALPHA, RGBA, SIGNATURE
from .png_extras import with_extras

_SHOWN = 3
_ORIENTATION, _RESOLUTION = {274}, {282, 283, 296}
_GEOTIFF = {33550, 33922, 34264, 34735, 34736, 34737, 42112, 42113}
_KEPT_TAGS = _ORIENTATION | _RESOLUTION | _GEOTIFF


class MadeClasses:
    """Classes made for indices that nothing names; one table for all masks of a source.

    A class is made when its index is first met, in the color of that file's palette, and never
    changes. Safe from several threads.
    """

    def __init__(self) -> None:
        self._classes: dict[int, LabelClass] = {}
        self._colors: set[Rgb] = set()
        self._lock = Lock()

    def meet(self, indices: Iterable[int], palette: NDArray[np.uint8] | None) -> list[LabelClass]:
        """The classes of these indices, the missing ones made."""
        with self._lock:
            return [self._classes.get(i) or self._make(i, palette) for i in indices]

    def all(self) -> list[LabelClass]:
        """Every class made so far, by index."""
        with self._lock:
            return [self._classes[index] for index in sorted(self._classes)]

    def __contains__(self, label_class: LabelClass) -> bool:
        return self._classes.get(label_class.index) == label_class

    def __len__(self) -> int:
        return len(self._classes)

    def _make(self, index: int, palette: NDArray[np.uint8] | None) -> LabelClass:
        color = voc_color(index)
        if palette is not None and index < len(palette):
            red, green, blue = (int(value) for value in palette[index])
            color = (red, green, blue)
        if color in self._colors:
            color = next_free_color(index, self._colors)
        self._colors.add(color)
        self._classes[index] = generated_class(index, color)
        return self._classes[index]


def decode_indices(
    raw: RawMask, codec: ColorCodec, where: str
) -> tuple[IndexMask, tuple[MetColor, ...]]:
    """Class indices of a mask, and the colors among them that no class has.

    Raises:
        DataError: undeclared_color; more unknown colors than there are free indices.
    """
    if raw.pixels.ndim == 2:
        return raw.pixels, ()
    gray = equal_channel(raw.pixels)
    if gray is not None:
        return gray, ()
    decoded = codec.decode(raw.pixels, where)
    return decoded.pixels, decoded.undeclared


def equal_channel(rgb: ColorMask) -> NDArray[np.uint8] | None:
    """One channel of a mask whose three channels are equal everywhere, else None."""
    for part in (rgb[::64], rgb):
        if (part[:, :, 0] != part[:, :, 1]).any() or (part[:, :, 0] != part[:, :, 2]).any():
            return None
    return rgb[:, :, 0].copy()


def are_all_declared(pixels: IndexMask, declared: Collection[int]) -> bool:
    """Whether every index of a mask is declared; quick where the declared ones have no gaps."""
    highest = int(pixels.max())
    if len(declared) == max(declared, default=-1) + 1:
        return highest < len(declared)
    return all(index in declared for index in present_indices(pixels))


def present_indices(pixels: IndexMask) -> list[int]:
    """Every index that occurs, in order."""
    is_present = np.zeros(1 << (8 * pixels.itemsize), np.bool_)
    flat = pixels.reshape(-1)
    for start in range(0, flat.size, STRIP):
        is_present[flat[start : start + STRIP]] = True
    return [int(index) for index in np.flatnonzero(is_present)]


def index_warning(pixels: IndexMask, undeclared: list[int], where: str, sample: str) -> Problem:
    """One warning for all indices of a mask that have no class."""
    met = np.isin(pixels, np.array(undeclared, pixels.dtype))
    y, x = divmod(int(met.argmax()), pixels.shape[1])
    found = _listed("class index", "class indices", [str(i) for i in undeclared])
    return Problem(
        Kind.UNDECLARED_INDEX,
        Severity.WARNING,
        Scope.ITEM,
        where,
        f"{found} without a class, {np.count_nonzero(met)} pixels from ({x}, {y}) on",
        "indices that the label map declares",
        sample,
    )


def color_error(met: tuple[MetColor, ...], where: str, sample: str) -> Problem:
    """One fault for all colors of a mask that have no class."""
    found = _listed("color", "colors", [str(m.label_class.color) for m in met])
    count = sum(m.count for m in met)
    return Problem(
        Kind.UNDECLARED_COLOR,
        Severity.ERROR,
        Scope.ITEM,
        where,
        f"{found} without a class, {count} pixels from ({met[0].x}, {met[0].y}) on",
        "colors that the label map declares",
        sample,
    )


def encode_new(mask: IndexMask, label_map: LabelMap) -> bytes:
    """A mask in the kind of file this format writes: indexed, 16-bit gray above 256 classes."""
    highest = max([int(mask.max()), *label_map.declared])
    if highest > 255:
        return encode_mask_png(mask.astype(np.uint16, copy=False))
    palette = [label_map.color_of(index) for index in range(highest + 1)]
    return encode_mask_png(_narrow(mask), np.array(palette, np.uint8))


def encode_like(
    stored: bytes, mask: IndexMask, label_map: LabelMap, codec: ColorCodec, where: str
) -> bytes:
    """A mask in the kind and depth of the file it was read from, as long as its indices fit.

    Args:
        stored: that file.
        codec: the colors to write into a file of colors.

    Raises:
        DataError: undeclared_index; a file of colors and an index that has none.
    """
    raw = read_raw_mask(stored, where)
    if not stored.startswith(SIGNATURE):
        return _encode_tiff(stored, mask, raw, label_map, codec, where)
    return with_extras(_encode_png(stored, mask, raw, label_map, codec, where), stored)


def _encode_png(
    stored: bytes,
    mask: IndexMask,
    raw: RawMask,
    label_map: LabelMap,
    codec: ColorCodec,
    where: str,
) -> bytes:
    """Pixels alone, with the alpha that the file had."""
    header = png.read_header(io.BytesIO(stored), where)
    if raw.pixels.ndim == 3:
        painted = _in_three_channels(raw.pixels, mask, codec, where)
        return encode_mask_png(_with_alpha(painted, stored, header, where))
    highest = int(mask.max())
    if raw.palette is not None and highest < 256:
        depth = header.depth if highest < 1 << header.depth else 8
        palette = _palette(raw.palette, label_map, highest)
        return encode_mask_png(_narrow(mask), palette[: 1 << depth], depth=depth)
    if header.depth < 8 and highest < 1 << header.depth:
        return encode_mask_png(_narrow(mask), depth=header.depth)
    return encode_mask_png(_with_alpha(_at_depth(mask, raw.pixels.dtype), stored, header, where))


def _with_alpha(
    pixels: NDArray[Any], stored: bytes, header: png.PngHeader, where: str
) -> NDArray[Any]:
    """The pixels with the alpha of the file as their last channel, where it has one.

    Alpha of another depth is scaled; a mask of another size than before has none.
    """
    if header.kind not in (GRAY_ALPHA, RGBA) or header.size != Size.of(pixels):
        return pixels
    alpha = png.decode(png.parse(stored, header, where), where)[:, :, -1]
    if alpha.dtype != pixels.dtype:
        is_wider = alpha.dtype == np.uint8
        alpha = alpha.astype(np.uint16) * 257 if is_wider else (alpha >> 8).astype(np.uint8)
    return np.dstack([pixels, alpha])


def _in_three_channels(
    before: ColorMask, mask: IndexMask, codec: ColorCodec, where: str
) -> NDArray[Any]:
    """Equal channels where the file had them, else colors; one channel where these say it wrong."""
    highest = int(mask.max())
    if equal_channel(before) is not None:
        return np.repeat(_narrow(mask)[:, :, None], 3, axis=2) if highest < 256 else mask
    painted = codec.encode(mask, where)
    # Colors that are all gray would be read back as indices.
    return painted if equal_channel(painted) is None else _at_depth(mask, np.dtype(np.uint8))


def _encode_tiff(
    stored: bytes,
    mask: IndexMask,
    raw: RawMask,
    label_map: LabelMap,
    codec: ColorCodec,
    where: str,
) -> bytes:
    """The same for a TIFF, packed without loss, with the tags that say where on earth it lies."""
    from PIL import Image

    if raw.pixels.ndim == 2 and raw.palette is None:
        return _encode_plain_tiff(stored, mask, raw, where)
    if raw.pixels.ndim == 3:
        pixels = _in_three_channels(raw.pixels, mask, codec, where)
    else:
        pixels = _at_depth(mask, raw.pixels.dtype)  # narrow with a palette, wide without
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    if raw.palette is not None and pixels.dtype == np.uint8 and pixels.ndim == 2:
        picture.putpalette(_palette(raw.palette, label_map, int(mask.max())).tobytes())
    target = io.BytesIO()
    tags = _kept_tags(stored, where)
    picture.save(target, "TIFF", compression="tiff_adobe_deflate", tiffinfo=tags)
    return target.getvalue()


def _encode_plain_tiff(stored: bytes, mask: IndexMask, raw: RawMask, where: str) -> bytes:
    """A TIFF of numbers in the kind of number it had: 1 bit, signed, 32 bits, whatever fits."""
    library = open_tifffile()
    with translating(where), library.TiffFile(io.BytesIO(stored)) as file:
        _require_one_page(len(file.pages), where)
        tags = [t for t in file.pages[0].tags.values() if t.code in _KEPT_TAGS - _RESOLUTION]
        dtype = np.dtype(file.pages[0].dtype)
        resolution = file.pages[0].resolution
        unit = file.pages[0].resolutionunit
    pixels = mask.astype(dtype)
    if not np.array_equal(pixels, mask):
        pixels = _at_depth(mask, raw.pixels.dtype)
    target = io.BytesIO()
    library.imwrite(
        target,
        pixels,
        photometric="minisblack",
        compression="zlib",
        resolution=resolution,
        resolutionunit=unit,
        metadata=None,
        software=False,
        extratags=[(tag.code, tag.dtype, tag.count, tag.value, True) for tag in tags],
    )
    return target.getvalue()


def _require_one_page(n_pages: int, where: str) -> None:
    if n_pages > 1:
        found = f"the TIFF has {n_pages} pages; only the first was read, the others would be lost"
        raise DataError(Kind.CANNOT_HOLD, where, found, "a TIFF of one page")


def _kept_tags(stored: bytes, where: str) -> Any:
    """Tags of a TIFF that do not depend on its pixels.

    Raises:
        DataError: cannot_hold; it has more pages than the one that was read.
    """
    from PIL import TiffImagePlugin

    with translating(where), open_tifffile().TiffFile(io.BytesIO(stored)) as file:
        n_pages = len(file.pages)
    _require_one_page(n_pages, where)
    kept = TiffImagePlugin.ImageFileDirectory_v2()
    # Pillow does not know every kind of pixels; tifffile does, and has read those.
    with suppress(Exception), pillow_open(io.BytesIO(stored), "TIFF") as picture:
        tags: Any = getattr(picture, "tag_v2", {})
        for tag in _KEPT_TAGS & set(tags):
            kept.tagtype[tag] = tags.tagtype[tag]
            kept[tag] = tags[tag]
    return kept


def _palette(before: NDArray[np.uint8], label_map: LabelMap, highest: int) -> NDArray[np.uint8]:
    """The file's palette with the colors of the classes, long enough for every index."""
    length = max(len(before), highest + 1)
    palette = np.array([label_map.color_of(index) for index in range(length)], np.uint8)
    for index in range(len(before)):
        if index not in label_map.declared:
            palette[index] = before[index]
    return palette


def _at_depth(mask: IndexMask, dtype: np.dtype[Any]) -> NDArray[Any]:
    """As uint8 or uint16 as before, wider where an index needs it."""
    if dtype == np.uint8 and int(mask.max()) < 256:
        return _narrow(mask)
    return mask.astype(np.uint16, copy=False)


def _narrow(mask: IndexMask) -> NDArray[np.uint8]:
    return mask.astype(np.uint8, copy=False)


def _listed(one: str, many: str, things: list[str]) -> str:
    shown = ", ".join(things[:_SHOWN])
    more = f" and {len(things) - _SHOWN} more" if len(things) > _SHOWN else ""
    return f"{one if len(things) == 1 else many} {shown}{more}"


def require_no_stand_in(
    pixels: IndexMask, undeclared: Iterable[LabelClass], label_map: LabelMap, where: str
) -> None:
    """Refuse a mask with pixels that only stand for an unknown color of where they came from.

    Raises:
        DataError: undeclared_color.
    """
    lent = {
        c.index: c
        for c in undeclared
        if c.name != generated_class(c.index).name and not label_map.is_declared(c.index)
    }
    for index in present_indices(pixels) if lent else ():
        if index in lent:
            found = f"pixels of `{lent[index].name}`, which no class declares"
            raise DataError(Kind.UNDECLARED_COLOR, where, found, "a class for every pixel")
