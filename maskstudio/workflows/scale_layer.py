"""Making a mask as large as its picture."""

from __future__ import annotations

from maskstudio.core.arrays import IndexMask, InstanceMask
from maskstudio.core.edits import ScaleEdit, Target
from maskstudio.core.geometry import Size
from maskstudio.core.tiles import PackedTile, RawTile
from maskstudio.raster.scale import scaled


def scale_edit(
    target: Target, pixels: IndexMask, instances: InstanceMask | None, size: Size
) -> ScaleEdit:
    """The edit that gives a layer another size, not made yet; slow, for any thread.

    Args:
        pixels, instances: (H, W) of the layer as it is; nobody writes to them meanwhile.
    """
    after = RawTile(scaled(pixels, size), None if instances is None else scaled(instances, size))
    return ScaleEdit(
        f"Scale {target.key} to {size}",
        target,
        before=PackedTile.of(RawTile(pixels, instances)),
        after=PackedTile.of(after),
    )
