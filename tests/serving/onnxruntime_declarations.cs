// What examples/embed/Analyze.cs uses of the package Microsoft.ML.OnnxRuntime, declared by its documentation, so that a
// compiler can check the program where the package is not. Nothing here runs.
using System;
using System.Collections;
using System.Collections.Generic;

namespace Microsoft.ML.OnnxRuntime.Tensors
{
    public abstract class Tensor<T> { }

    public class DenseTensor<T> : Tensor<T>
    {
        public DenseTensor(Memory<T> memory, ReadOnlySpan<int> dimensions, bool reverseStride = false) { }
    }
}

namespace Microsoft.ML.OnnxRuntime
{
    using Tensors;

    public class NamedOnnxValue
    {
        public string Name { get { throw new NotImplementedException(); } }
        public static NamedOnnxValue CreateFromTensor<T>(string name, Tensor<T> value) { throw new NotImplementedException(); }
        public IEnumerable<T> AsEnumerable<T>() { throw new NotImplementedException(); }
    }

    public class DisposableNamedOnnxValue : NamedOnnxValue, IDisposable
    {
        public void Dispose() { }
    }

    public interface IDisposableReadOnlyCollection<T> : IReadOnlyCollection<T>, IDisposable { }

    public class ModelMetadata
    {
        public Dictionary<string, string> CustomMetadataMap { get { throw new NotImplementedException(); } }
    }

    public class InferenceSession : IDisposable
    {
        public InferenceSession(string modelPath) { }
        public ModelMetadata ModelMetadata { get { throw new NotImplementedException(); } }
        public IDisposableReadOnlyCollection<DisposableNamedOnnxValue> Run(
            IReadOnlyCollection<NamedOnnxValue> inputs, IReadOnlyCollection<string> outputNames)
        {
            throw new NotImplementedException();
        }
        public void Dispose() { }
    }
}
