#!/usr/bin/env bash
# Puts ONNX Runtime's C and C++ headers into a folder: fetch_headers.sh FOLDER; then ONNXRUNTIME_INCLUDE=FOLDER
# lets the tests build analyze.cpp. The wheel of onnxruntime has the library but no headers, Debian 12 has neither; a
# package for Unity on the npm registry carries them (150 MB, of which 0.6 MB are kept). Developers with a release archive
# of onnxruntime need none of this.
set -euo pipefail
target=$(mkdir -p "$1" && cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent com.github.asus4.onnxruntime@0.4.9 >/dev/null
tar xzf com.github.asus4.onnxruntime-0.4.9.tgz --wildcards '*/ios-arm64/onnxruntime.framework/Headers/*'
cp package/Plugins/iOS~/onnxruntime.xcframework/ios-arm64/onnxruntime.framework/Headers/*.h "$target"
