"""A 1-D spatial transformer: a small network reads how a signal is displaced, resampling undoes it."""

from typing import Any

import keras

from xps_keras.layers.resampling import shift_channels, warp_channels

MODES = ("shift", "shift_scale", "warp")
MOST_LOG_SCALE = 5.0
"""Largest logarithm of a scale that is taken: float32 still tells neighbouring channels apart."""


@keras.saving.register_keras_serializable(package="xps_keras")
class SpatialTransformer1D(keras.layers.Layer):
    """Aligns 1-D signals by a shift, a shift and a scale, or a warp of their axis, read from the signals themselves.

    The 1-D case of M. Jaderberg et al., Spatial Transformer Networks (arXiv 1506.02025): localisation network, a few
    parameters, linear interpolation with zeros outside. Its last layer starts at zero, so that an untrained transformer
    is the identity, exactly. A warp is a line of straight pieces that always rises: no channel overtakes another,
    whatever the parameters are. With one segment it is ``shift_scale``.

    The layer says how to move a signal, not where to: see ``examples/other_signals.py`` for losses that tell it.

    Args:
        localization: Layer or model that maps ``(batch, length[, features])`` to ``(batch, n)``. It is followed by
            the transformer's own dense layer, which makes the parameters.
        mode: ``"shift"`` for one translation, ``"shift_scale"`` for a translation and a scale about the centre,
            ``"warp"`` for a translation and a scale in each of several equal segments of the axis.
        max_shift: Largest shift in channels, held by a hyperbolic tangent; ``None`` leaves the shift free. In the other
            modes it holds the shift of the centre.
        max_log_scale: Largest absolute natural logarithm of a scale, held by a hyperbolic tangent.
        segments: Segments of a warp; the other modes do without.

    Input shape:
        ``(batch, length)`` or ``(batch, length, features)``; ``length`` must be known, and more than ``segments``.

    Output shape:
        A tuple ``(aligned, parameters)``: the aligned signals, shaped as the input, and float32 ``(batch, 1)`` (the
        shift in channels), ``(batch, 2)`` (shift, scale) or ``(batch, 1 + segments)`` (shift of the centre, scales from
        the first segment to the last). Scales are dimensionless. ``aligned[i] = signal[i + shift]``: a signal that
        stands 3 channels too high has shift +3. ``warped_positions`` says where a scale or a warp reads each channel.

    Raises:
        ValueError: There is no such mode, a limit is not positive, or the input has another shape.

    Example:
        >>> localization = keras.Sequential([keras.layers.Dense(64, "relu"), keras.layers.Dense(32, "relu")])
        >>> aligned, shift = SpatialTransformer1D(localization)(keras.ops.ones((2, 100)))
    """

    def __init__(
        self,
        localization: keras.layers.Layer,
        mode: str = "shift",
        max_shift: float | None = None,
        max_log_scale: float = 0.1,
        segments: int = 8,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if mode not in MODES:
            raise ValueError(f"`mode` must be one of {MODES}. Received: mode={mode!r}")
        if max_shift is not None and not max_shift > 0:
            raise ValueError(f"`max_shift` must be positive or None. Received: max_shift={max_shift}")
        if not 0 < max_log_scale <= MOST_LOG_SCALE:
            raise ValueError(
                f"`max_log_scale` must be positive and at most {MOST_LOG_SCALE:g}. Received: "
                f"max_log_scale={max_log_scale}"
            )
        if segments < 1:
            raise ValueError(f"`segments` must be at least 1. Received: segments={segments}")
        self.localization = localization
        self.mode = mode
        self.max_shift = max_shift
        self.max_log_scale = max_log_scale
        self.segments = int(segments)
        # float32 under every policy: see `shift_channels`.
        self.head = keras.layers.Dense(
            1 + {"shift": 0, "shift_scale": 1, "warp": self.segments}[mode],
            kernel_initializer="zeros",
            bias_initializer="zeros",
            dtype="float32",
            name="parameters",
        )

    def build(self, input_shape: Any) -> None:
        """Build the localisation network and the parameter layer."""
        if len(input_shape) not in (2, 3):
            raise ValueError(
                f"The input must be (batch, length) or (batch, length, features). Received: input_shape={input_shape}"
            )
        if input_shape[1] is None or (self.mode == "warp" and input_shape[1] <= self.segments):
            raise ValueError(
                "The length must be known, and for a warp be more than `segments`. Received: "
                f"input_shape={input_shape}, segments={self.segments}"
            )
        if not self.localization.built:
            self.localization.build(input_shape)
        self.head.build(self.localization.compute_output_shape(input_shape))
        self.built = True

    def call(self, inputs: Any) -> tuple[Any, Any]:
        """Align the signals; see the class for shapes."""
        raw = self.head(self.localization(inputs))
        shift = raw[:, :1]
        if self.max_shift is not None:
            shift = self.max_shift * keras.ops.tanh(shift / self.max_shift)
        if self.mode == "shift":
            return shift_channels(inputs, shift), shift
        scale = keras.ops.exp(self.max_log_scale * keras.ops.tanh(raw[:, 1:] / self.max_log_scale))
        return warp_channels(inputs, shift, scale), keras.ops.concatenate([shift, scale], axis=-1)

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, Any]:
        """Shapes of ``(aligned, parameters)``."""
        return tuple(input_shape), (input_shape[0], self.head.units)

    def compute_output_spec(self, inputs: Any) -> tuple[Any, Any]:
        """Shapes and types of ``(aligned, parameters)``: the parameters stay float32 under every policy."""
        aligned, parameters = self.compute_output_shape(inputs.shape)
        return keras.KerasTensor(aligned, self.compute_dtype), keras.KerasTensor(parameters, "float32")

    def get_config(self) -> dict[str, Any]:
        """Return everything needed to build the layer again."""
        return {
            **super().get_config(),
            "localization": keras.saving.serialize_keras_object(self.localization),
            "mode": self.mode,
            "max_shift": self.max_shift,
            "max_log_scale": self.max_log_scale,
            "segments": self.segments,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "SpatialTransformer1D":
        """Build the layer from ``get_config``'s dictionary."""
        config = dict(config)
        config["localization"] = keras.saving.deserialize_keras_object(config["localization"])
        return cls(**config)
