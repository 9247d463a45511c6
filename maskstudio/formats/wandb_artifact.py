"""Artifact folders of Weights & Biases: tables with masked images, and images by themselves."""

from .wandb_artifact_reader import FORMAT, open_source, probe

__all__ = ["FORMAT", "open_source", "probe"]
