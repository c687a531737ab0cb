// Two-column text (binding energy in eV, intensity) in, charge shift and groups out, with ONNX Runtime:
//
//     dotnet add package Microsoft.ML.OnnxRuntime
//     dotnet run -- artefacts/onnx-raw/model.onnx spectrum.csv
//
// Compiled and run by .ci/embed on .NET 8, against the C# sources of ONNX Runtime 1.29 (their .NET Standard build), which a
// package for Unity carries, and the library of the Python wheel. The NuGet package itself, .NET Framework and Windows
// have not been tried.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

static class Analyze
{
    // Lines that begin with two numbers, apart by spaces, tabs, commas or semicolons; all other lines are headings.
    static void Read(string path, List<double> energy, List<double> intensity)
    {
        foreach (string line in File.ReadLines(path))
        {
            string[] words = line.Split(new[] { ' ', '\t', ',', ';' }, StringSplitOptions.RemoveEmptyEntries);
            double x, y;
            if (words.Length < 2
                || !double.TryParse(words[0], NumberStyles.Float, CultureInfo.InvariantCulture, out x)
                || !double.TryParse(words[1], NumberStyles.Float, CultureInfo.InvariantCulture, out y))
                continue;
            energy.Add(x);
            intensity.Add(y);
        }
    }

    static NamedOnnxValue Column(string name, List<double> values)
    {
        return NamedOnnxValue.CreateFromTensor(name, new DenseTensor<double>(values.ToArray(), new[] { values.Count }));
    }

    static int Main(string[] arguments)
    {
        if (arguments.Length != 2)
        {
            Console.Error.WriteLine("usage: Analyze MODEL.onnx SPECTRUM");
            return 2;
        }
        try
        {
            return Print(arguments[0], arguments[1]);
        }
        catch (Exception error)
        {
            // The innermost: a missing onnxruntime library comes wrapped in words that do not name it.
            Console.Error.WriteLine(error.GetBaseException().Message);
            return 1;
        }
    }

    static int Print(string model, string path)
    {
        var energy = new List<double>();
        var intensity = new List<double>();
        Read(path, energy, intensity);
        if (energy.Count < 8)
        {
            Console.Error.WriteLine(path + ": fewer than 8 lines of two numbers");
            return 1;
        }
        using (var session = new InferenceSession(model))
        using (var answer = session.Run(
            new[] { Column("binding_energy", energy), Column("intensity", intensity) },
            new[] { "usable", "shift_ev", "status", "probabilities" }))
        {
            string[] labels = session.ModelMetadata.CustomMetadataMap["xps_keras.labels"].Trim().Split('\n');
            var outputs = answer.ToDictionary(value => value.Name);
            if (outputs["usable"].AsEnumerable<int>().First() == 0)
            {
                Console.Error.WriteLine("no C 1s peak stands in this spectrum");
                return 1;
            }
            int[] status = outputs["status"].AsEnumerable<int>().ToArray();
            float[] probability = outputs["probabilities"].AsEnumerable<float>().ToArray();
            Console.WriteLine(string.Format(
                CultureInfo.InvariantCulture, "shift_ev {0:F4}", outputs["shift_ev"].AsEnumerable<float>().First()));
            for (int group = 0; group < labels.Length; group++)
                Console.WriteLine(string.Format(
                    CultureInfo.InvariantCulture, "{0}\t{1}\t{2:F4}",
                    status[group] > 0 ? "present" : status[group] < 0 ? "not assessable" : "absent",
                    labels[group], probability[group]));
        }
        return 0;
    }
}
