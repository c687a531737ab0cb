"""What stands in the graph of a SavedModel, looked at before TensorFlow runs any of it: models come from strangers.

TensorFlow has operations that read, write and delete files, call Python or talk to other machines. Here only those
that calculate are let through. Saving and restoring weights needs files, too: functions that do so may stand in the
graph, since TensorFlow puts them there for its loader in C++, but nothing that is run here may call them.
"""

from collections.abc import Iterator
from pathlib import Path

from xps_keras.errors import ModelError
from xps_keras.printable import printable
from xps_keras.runtime.artefact_format import CUSTOM, custom_operators
from xps_keras.runtime.protobuf import contents_at

_META_GRAPHS, _GRAPH, _OBJECTS = (2,), (2,), (7,)
"""SavedModel.meta_graphs, MetaGraphDef.graph_def and .object_graph_def."""
_NODES, _FUNCTIONS, _GRADIENTS = (1,), (2, 1), (2, 2)
"""GraphDef.node, .library.function and .library.gradient."""
_OPERATION = (2,)
"""NodeDef.op."""
_NAME, _BODY = (1, 1), (3,)
"""FunctionDef.signature.name and .node_def."""

_FILES = frozenset(
    ["MergeV2Checkpoints", "RestoreV2", "SaveV2", "ShardedFilename", "StaticRegexFullMatch", "StringJoin"]
)
"""What functions for saving and restoring weights hold beside calculations."""
_CALCULATES = frozenset(
    # Inputs, constants, weights and calls of functions that stand in the graph.
    "AssignVariableOp Const DisableCopyOnRead EnsureShape Identity IdentityN NoOp PartitionedCall Placeholder "
    "PlaceholderWithDefault PreventGradient ReadVariableOp ResourceGather Snapshot StatefulPartitionedCall "
    "StopGradient VarHandleOp VarIsInitializedOp "
    # Branches and loops, and the lists in which loops collect.
    "Case EmptyTensorList If Merge StatelessCase StatelessIf StatelessWhile Switch TensorListConcatV2 "
    "TensorListElementShape TensorListFromTensor TensorListGather TensorListGetItem TensorListLength "
    "TensorListPopBack TensorListPushBack TensorListReserve TensorListResize TensorListSetItem TensorListStack "
    "While "
    # Numbers, one by one.
    "Abs Acos Acosh Add AddN AddV2 Angle ApproximateEqual Asin Asinh Atan Atan2 Atanh BesselI0 BesselI0e BesselI1 "
    "BesselI1e Betainc Bitcast BitwiseAnd BitwiseOr BitwiseXor Cast Ceil ClipByValue Complex ComplexAbs Conj Cos "
    "Cosh Digamma Div DivNoNan Elu Equal Erf Erfc Erfinv Exp Expm1 Floor FloorDiv FloorMod Greater GreaterEqual "
    "Igamma Igammac Imag Inv Invert IsFinite IsInf IsNan LeakyRelu LeftShift Less LessEqual Lgamma Log Log1p "
    "LogicalAnd LogicalNot LogicalOr Maximum Minimum Mod Mul MulNoNan Ndtri Neg NextAfter NotEqual Polygamma Pow "
    "Real RealDiv Reciprocal Relu Relu6 RightShift Rint Round Rsqrt Select SelectV2 Selu Sigmoid Sign Sin Sinh "
    "Softplus Softsign Sqrt Square SquaredDifference Sub Tan Tanh TruncateDiv TruncateMod Xdivy Xlog1py Xlogy Zeta "
    # Numbers together.
    "All Any ArgMax ArgMin BatchMatMul BatchMatMulV2 BatchMatMulV3 Bincount Bucketize Cholesky Cross Cumprod Cumsum "
    "CumulativeLogsumexp DenseBincount Einsum EuclideanNorm FFT FFT2D IFFT IFFT2D IRFFT IRFFT2D InTopKV2 L2Loss "
    "LogSoftmax LowerBound MatMul MatrixDeterminant MatrixInverse MatrixSolve MatrixTriangularSolve Max Mean Min "
    "NthElement Prod Qr RFFT RFFT2D SegmentMax SegmentMaxV2 SegmentMean SegmentMin SegmentMinV2 SegmentProd "
    "SegmentProdV2 SegmentSum SegmentSumV2 SelfAdjointEigV2 Softmax Sum Svd TopK TopKV2 Unique UniqueV2 "
    "UnsortedSegmentMax UnsortedSegmentMin UnsortedSegmentProd UnsortedSegmentSum UpperBound "
    # Layers.
    "AvgPool AvgPool3D BiasAdd BiasAddV1 Conv2D Conv2DBackpropInput Conv3D Conv3DBackpropInputV2 "
    "DepthwiseConv2dNative DepthwiseConv2dNativeBackpropInput Dilation2D FakeQuantWithMinMaxArgs "
    "FakeQuantWithMinMaxVars FakeQuantWithMinMaxVarsPerChannel FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3 LRN "
    "MaxPool MaxPool3D MaxPoolV2 ResizeBicubic ResizeBilinear ResizeNearestNeighbor "
    # Shapes and places.
    "BatchToSpaceND BroadcastArgs BroadcastGradientArgs BroadcastTo Concat ConcatOffset ConcatV2 ConjugateTranspose "
    "DepthToSpace Diag DiagPart DynamicPartition DynamicStitch Empty ExpandDims Fill Gather GatherNd GatherV2 "
    "InvertPermutation LinSpace MatrixBandPart MatrixDiag MatrixDiagPart MatrixDiagPartV3 MatrixDiagV3 "
    "MatrixSetDiag MatrixSetDiagV3 MirrorPad OneHot OnesLike Pack Pad PadV2 ParallelDynamicStitch Range Rank "
    "Reshape Reverse ReverseSequence ReverseV2 Roll ScatterNd Shape ShapeN Size Slice SpaceToBatchND SpaceToDepth "
    "Split SplitV Squeeze StridedSlice TensorScatterAdd TensorScatterMax TensorScatterMin TensorScatterSub "
    "TensorScatterUpdate TensorStridedSliceUpdate Tile Transpose Unpack UnravelIndex Where ZerosLike "
    # Random numbers without a state.
    "StatelessRandomGetAlg StatelessRandomGetKeyCounter StatelessRandomNormal StatelessRandomNormalV2 "
    "StatelessRandomUniform StatelessRandomUniformV2 StatelessTruncatedNormal StatelessTruncatedNormalV2".split()
)


def operators(content: bytes) -> tuple[str, ...]:
    """List the operations of a SavedModel, those of its functions and of loading its weights included.

    Args:
        content: The bytes of ``saved_model.pb``.

    Returns:
        Names, sorted; an operation that does more than calculate reads ``CUSTOM:ReadFile``.
    """
    names = {name for meta in contents_at(content, _META_GRAPHS) for name in _operations(meta)}
    return tuple(sorted(name if name in _CALCULATES | _FILES else f"{CUSTOM}{name}" for name in names))


def check(content: bytes, directory: Path) -> None:
    """Refuse a SavedModel that could do more than calculate.

    Args:
        content: The bytes of its ``saved_model.pb``.
        directory: The version directory, for the message.

    Raises:
        ModelError: It holds an operation that does, or uses one for its weights elsewhere.
    """
    reason = _refusal(content)
    if reason is not None:
        raise ModelError(f"{directory}: this model is not run, since {printable(reason[:300])}; export it again.")


def _refusal(content: bytes) -> str | None:
    custom = [name.removeprefix(CUSTOM) for name in custom_operators(operators(content))]
    if custom:
        return f"its graph may do more than calculate ({', '.join(custom[:5])}{', ...' if len(custom) > 5 else ''})"
    metas = list(contents_at(content, _META_GRAPHS))
    objects = b"".join(found for meta in metas for found in contents_at(meta, _OBJECTS))
    if len(metas) != 1 or not objects:  # TensorFlow would then run what the graph says for starting
        return "it is none of TensorFlow 2"
    for graph in contents_at(metas[0], _GRAPH):
        functions = [(b"".join(contents_at(each, _NAME)), each) for each in contents_at(graph, _FUNCTIONS)]
        gradients = b"".join(contents_at(graph, _GRADIENTS))
        with_files = [name for name, function in functions if not _FILES.isdisjoint(_names(function, _BODY))]
        if len(with_files) > 2:  # one that saves, one that restores
            return "its graph reads or writes files"
        for name in with_files:
            others = (each for other, each in functions if other != name)
            if not name or any(name in place for place in (objects, gradients, *others)):
                return "its graph calls what reads or writes files"
    return None


def _operations(meta: bytes) -> Iterator[str]:
    for graph in contents_at(meta, _GRAPH):
        yield from _names(graph, _NODES)
        for function in contents_at(graph, _FUNCTIONS):
            yield from _names(function, _BODY)


def _names(holder: bytes, nodes: tuple[int, ...]) -> set[str]:
    return {name.decode(errors="replace") for name in contents_at(holder, (*nodes, *_OPERATION))}
