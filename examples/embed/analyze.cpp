// Two-column text (binding energy in eV, intensity) in, charge shift and groups out, with ONNX Runtime:
//
//     analyze artefacts/onnx-raw/model.onnx spectrum.csv
//
// Resampling, background, model and judgement are inside the graph. Compiled and run by tests/serving where ONNX Runtime's
// headers are found. Build, ORT being an unpacked onnxruntime release:
//
//     g++ -std=c++17 -O2 -I ORT/include analyze.cpp -o analyze -L ORT/lib -lonnxruntime -Wl,-rpath,ORT/lib
//     cl /std:c++17 /EHsc /I ORT\include analyze.cpp ORT\lib\onnxruntime.lib
#include <onnxruntime_cxx_api.h>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

struct Spectrum {
  std::vector<double> energy, intensity;
};

// Lines that begin with two numbers, apart by spaces, tabs, commas or semicolons; all other lines are headings.
Spectrum read(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(path + ": the file cannot be opened");
  Spectrum spectrum;
  for (std::string line; std::getline(file, line);) {
    for (char& letter : line)
      if (letter == ',' || letter == ';') letter = ' ';
    std::istringstream words(line);
    words.imbue(std::locale::classic());
    double energy, intensity;
    if (!(words >> energy >> intensity)) continue;
    spectrum.energy.push_back(energy);
    spectrum.intensity.push_back(intensity);
  }
  if (spectrum.energy.size() < 8) throw std::runtime_error(path + ": fewer than 8 lines of two numbers");
  return spectrum;
}

int main(int argc, char** argv) try {
  if (argc != 3) throw std::runtime_error("usage: analyze MODEL.onnx SPECTRUM");
  Spectrum spectrum = read(argv[2]);
  Ort::Env environment(ORT_LOGGING_LEVEL_ERROR, "xps");
  Ort::SessionOptions options;
  options.SetIntraOpNumThreads(1);
  Ort::Session session(environment, std::filesystem::path(argv[1]).c_str(), options);

  Ort::AllocatorWithDefaultOptions allocator;
  auto text = session.GetModelMetadata().LookupCustomMetadataMapAllocated("xps_keras.labels", allocator);
  if (!text) throw std::runtime_error(std::string(argv[1]) + ": this model was not written by xps-keras");
  std::istringstream labels(text.get());

  auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  const int64_t shape[] = {static_cast<int64_t>(spectrum.energy.size())};
  const char* inputs[] = {"binding_energy", "intensity"};
  Ort::Value fed[] = {
      Ort::Value::CreateTensor<double>(memory, spectrum.energy.data(), spectrum.energy.size(), shape, 1),
      Ort::Value::CreateTensor<double>(memory, spectrum.intensity.data(), spectrum.intensity.size(), shape, 1)};
  const char* outputs[] = {"usable", "shift_ev", "status", "probabilities"};
  auto answer = session.Run(Ort::RunOptions{nullptr}, inputs, fed, 2, outputs, 4);

  if (!answer[0].GetTensorData<int32_t>()[0]) throw std::runtime_error("no C 1s peak stands in this spectrum");
  std::printf("shift_ev %.4f\n", answer[1].GetTensorData<float>()[0]);
  const int32_t* status = answer[2].GetTensorData<int32_t>();
  const float* probability = answer[3].GetTensorData<float>();
  std::string name;
  for (int group = 0; std::getline(labels, name); ++group)
    std::printf("%s\t%s\t%.4f\n",
                status[group] > 0 ? "present" : status[group] < 0 ? "not assessable" : "absent",
                name.c_str(), probability[group]);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
