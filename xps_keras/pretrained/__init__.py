"""The shipped model and its card."""

PRETRAINED = "pretrained"
"""The name that means the model shipped with the package, wherever a model is asked for."""

__all__ = ["PRETRAINED"]
