"""Compiles Analyze.cs against ONNX Runtime's C# sources: `csharp.py FOLDER OUT`, FOLDER as .ci/embed fills it.

Those sources are past C# 7, where Debian's compiler ends. Roslyn comes as a library here; pythonnet calls it. The tests
start this in a process of its own, because a .NET runtime once loaded stays.
"""

import json
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parents[2] / "examples" / "embed" / "Analyze.cs"
RUNTIME = {
    "tfm": "net8.0",
    "framework": {"name": "Microsoft.NETCore.App", "version": "8.0.0"},
    # .NET would otherwise look for a library of languages that small machines do not have.
    "configProperties": {"System.Globalization.Invariant": True},
}


def load(folder: Path, config: Path) -> tuple[Any, Any]:
    """Start .NET and load Roslyn; its two namespaces."""
    sys.path.insert(0, str(folder / "python"))
    import_module("pythonnet").load("coreclr", dotnet_root=str(folder / "dotnet"), runtime_config=str(config))
    names = ("Microsoft.CodeAnalysis", "Microsoft.CodeAnalysis.CSharp")
    sys.path.append(str(folder / "roslyn"))
    for name in names:
        import_module("clr").AddReference(name)
    return import_module(names[0]), import_module(names[1])


def build(
    roslyn: tuple[Any, Any], out: Path, kind: Any, sources: Iterable[Path], libraries: Iterable[Path]
) -> list[str]:
    """Write one assembly; what the compiler warns of."""
    common, csharp = roslyn
    arrays = import_module("System").Array
    # The package's own build for .NET Standard; the one for .NET 8 wants a further package.
    symbols = arrays[import_module("System").String](["NETSTANDARD2_0"])
    parse = csharp.CSharpParseOptions(csharp.LanguageVersion.Latest).WithPreprocessorSymbols(symbols)
    compilation = csharp.CSharpCompilation.Create(
        out.stem,
        arrays[common.SyntaxTree](
            [csharp.CSharpSyntaxTree.ParseText(path.read_text("utf-8-sig"), parse, str(path)) for path in sources]
        ),
        arrays[common.MetadataReference]([common.MetadataReference.CreateFromFile(str(path)) for path in libraries]),
        csharp.CSharpCompilationOptions(kind).WithAllowUnsafe(True),
    )
    answer = common.FileSystemExtensions.Emit(compilation, str(out))
    found = [line.ToString() for line in answer.Diagnostics if line.Severity >= common.DiagnosticSeverity.Warning]
    if not answer.Success:
        sys.exit("\n".join(found))
    return found


def main(folder: Path, out: Path) -> None:
    """Write Microsoft.ML.OnnxRuntime.dll, Analyze.dll and what `dotnet Analyze.dll` needs to know."""
    config = out / "Analyze.runtimeconfig.json"
    config.write_text(json.dumps({"runtimeOptions": RUNTIME}), encoding="utf-8")
    roslyn = load(folder, config)
    kinds = roslyn[0].OutputKind
    libraries = sorted((folder / "dotnet").glob("shared/Microsoft.NETCore.App/*/*.dll"))
    onnx_runtime = out / "Microsoft.ML.OnnxRuntime.dll"
    sources = sorted((folder / "sources").rglob("*.cs"))
    build(roslyn, onnx_runtime, kinds.DynamicallyLinkedLibrary, sources, libraries)
    warnings = build(roslyn, out / "Analyze.dll", kinds.ConsoleApplication, [SOURCE], [*libraries, onnx_runtime])
    if warnings:
        sys.exit("\n".join(warnings))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
