"""Artifact folders of Weights & Biases: tables with masked images, and images by themselves."""

from .wandb_artifact_reader import FORMAT, open_source, probe
from .wandb_artifact_saver import save_in_place
from .wandb_artifact_writer import write_new

__all__ = ["FORMAT", "open_source", "probe", "save_in_place", "write_new"]
