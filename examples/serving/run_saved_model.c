/* Runs one signature of a SavedModel through TensorFlow's C API, the loader that TensorFlow Serving is built on.
 *
 *     run_saved_model DIRECTORY SIGNATURE INPUT.f32
 *
 * DIRECTORY holds saved_model.pb. INPUT.f32 holds float32 numbers in the machine's byte order, as many whole spectra as
 * there are. For each output one line is printed: its name, its shape as 3x40, and its values, row by row.
 *
 * Tensor names, type and shape come from the SignatureDef inside the model, never from this file, so that the program
 * serves any float32 signature with one input whose first dimension is the batch.
 *
 * Build (TF is the folder of the Python package `tensorflow`, or of an unpacked libtensorflow):
 *     gcc -O2 -I TF/include run_saved_model.c -o run_saved_model -L TF -l:libtensorflow_cc.so.2 \
 *         -l:libtensorflow_framework.so.2 -Wl,-rpath,TF
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tensorflow/c/c_api.h>

enum { MOST_TENSORS = 16, MOST_DIMENSIONS = 8, NAME_BYTES = 256 };
enum { VARINT = 0, EIGHT_BYTES = 1, LENGTH = 2, FOUR_BYTES = 5 }; /* wire types of protocol buffers */

typedef struct {
  const uint8_t *at, *end;
} Bytes;

typedef struct {
  uint32_t number, type;
  uint64_t value; /* of a varint */
  Bytes bytes;    /* of a length-delimited field */
} Field;

typedef struct {
  char key[NAME_BYTES];  /* name in the signature, for example probabilities */
  char name[NAME_BYTES]; /* name in the graph, for example StatefulPartitionedCall:0 */
  uint64_t type;
  int64_t shape[MOST_DIMENSIONS];
  int dimensions;
} TensorInfo;

typedef struct {
  TensorInfo inputs[MOST_TENSORS], outputs[MOST_TENSORS];
  int input_count, output_count;
} Signature;

static void stop(const char *what, const char *why) {
  fprintf(stderr, "%s: %s\n", what, why);
  exit(1);
}

static uint64_t varint(Bytes *from) {
  uint64_t value = 0;
  for (int shift = 0; shift < 64 && from->at < from->end; shift += 7) {
    uint8_t byte = *from->at++;
    value |= (uint64_t)(byte & 0x7f) << shift;
    if (!(byte & 0x80)) return value;
  }
  stop("MetaGraphDef", "a number is cut off");
  return 0;
}

/* Takes the next field of a message; 0 at its end. */
static int next(Bytes *message, Field *field) {
  if (message->at == message->end) return 0;
  uint64_t tag = varint(message), size = 0;
  field->number = (uint32_t)(tag >> 3);
  field->type = tag & 7;
  field->value = 0;
  switch (field->type) {
    case VARINT: field->value = varint(message); break;
    case EIGHT_BYTES: size = 8; break;
    case LENGTH: size = varint(message); break;
    case FOUR_BYTES: size = 4; break;
    default: stop("MetaGraphDef", "a field has an unknown type");
  }
  if (size > (uint64_t)(message->end - message->at)) stop("MetaGraphDef", "a field is cut off");
  field->bytes.at = message->at;
  field->bytes.end = message->at += size;
  return 1;
}

static void copy_text(Bytes from, char *to) {
  size_t size = (size_t)(from.end - from.at);
  if (size >= NAME_BYTES) stop("MetaGraphDef", "a name is too long");
  memcpy(to, from.at, size);
  to[size] = 0;
}

/* TensorShapeProto: dim = 2, each with size = 1; a free dimension is -1, and an unwritten size is 0. */
static void read_shape(Bytes message, TensorInfo *info) {
  Field dimension, part;
  while (next(&message, &dimension)) {
    if (dimension.number != 2) continue;
    if (info->dimensions == MOST_DIMENSIONS) stop(info->key, "has too many dimensions");
    int64_t size = 0;
    while (next(&dimension.bytes, &part))
      if (part.number == 1) size = (int64_t)part.value;
    info->shape[info->dimensions++] = size;
  }
}

/* One entry of map<string, TensorInfo>: key = 1, value = 2; TensorInfo: name = 1, dtype = 2, tensor_shape = 3. */
static void read_tensor(Bytes entry, TensorInfo *info) {
  Field field, part;
  while (next(&entry, &field)) {
    if (field.number == 1) copy_text(field.bytes, info->key);
    if (field.number != 2) continue;
    while (next(&field.bytes, &part)) {
      if (part.number == 1) copy_text(part.bytes, info->name);
      if (part.number == 2) info->type = part.value;
      if (part.number == 3) read_shape(part.bytes, info);
    }
  }
}

/* MetaGraphDef: signature_def = 5, a map<string, SignatureDef>; SignatureDef: inputs = 1, outputs = 2. */
static Signature find_signature(Bytes graph, const char *wanted) {
  static Signature found;
  Field entry, field, part;
  while (next(&graph, &entry)) {
    if (entry.number != 5 || entry.type != LENGTH) continue;
    char key[NAME_BYTES] = "";
    Bytes value = {0};
    while (next(&entry.bytes, &field)) {
      if (field.number == 1) copy_text(field.bytes, key);
      if (field.number == 2) value = field.bytes;
    }
    if (strcmp(key, wanted)) continue;
    while (next(&value, &part)) {
      if (part.number != 1 && part.number != 2) continue;
      int *count = part.number == 1 ? &found.input_count : &found.output_count;
      TensorInfo *list = part.number == 1 ? found.inputs : found.outputs;
      if (*count == MOST_TENSORS) stop(wanted, "the signature has too many tensors");
      read_tensor(part.bytes, &list[(*count)++]);
    }
    return found;
  }
  stop(wanted, "the model has no such signature");
  return found;
}

static TF_Output find_tensor(TF_Graph *graph, const TensorInfo *info) {
  char name[NAME_BYTES];
  strcpy(name, info->name);
  char *colon = strrchr(name, ':');
  TF_Output output = {NULL, 0};
  if (colon) {
    output.index = atoi(colon + 1);
    *colon = 0;
  }
  output.oper = TF_GraphOperationByName(graph, name);
  if (!output.oper) stop(info->name, "the graph has no such operation");
  return output;
}

static float *read_file(const char *path, size_t *bytes) {
  FILE *file = fopen(path, "rb");
  if (!file) stop(path, "the file cannot be opened");
  fseek(file, 0, SEEK_END);
  *bytes = (size_t)ftell(file);
  rewind(file);
  float *data = malloc(*bytes + 1);
  if (!data || fread(data, 1, *bytes, file) != *bytes) stop(path, "the file cannot be read");
  fclose(file);
  return data;
}

int main(int argc, char **argv) {
  if (argc != 4) stop(argv[0], "usage: run_saved_model DIRECTORY SIGNATURE INPUT.f32");
  TF_Status *status = TF_NewStatus();
  TF_Graph *graph = TF_NewGraph();
  TF_Buffer *description = TF_NewBuffer();
  TF_SessionOptions *options = TF_NewSessionOptions();
  const char *tags[] = {"serve"};
  TF_Session *session = TF_LoadSessionFromSavedModel(options, NULL, argv[1], tags, 1, graph, description, status);
  if (TF_GetCode(status) != TF_OK) stop(argv[1], TF_Message(status));

  const uint8_t *start = description->data;
  Signature signature = find_signature((Bytes){start, start + description->length}, argv[2]);
  TensorInfo *input = &signature.inputs[0];
  if (signature.input_count != 1 || input->type != TF_FLOAT || input->dimensions < 1)
    stop(argv[2], "this program serves signatures with one float32 input");

  size_t bytes, row = sizeof(float);
  for (int i = 1; i < input->dimensions; i++) row *= (size_t)input->shape[i];
  float *data = read_file(argv[3], &bytes);
  if (!bytes || !row || bytes % row) stop(argv[3], "the file does not hold whole spectra");
  input->shape[0] = (int64_t)(bytes / row);
  TF_Tensor *fed = TF_AllocateTensor(TF_FLOAT, input->shape, input->dimensions, bytes);
  memcpy(TF_TensorData(fed), data, bytes);

  TF_Output from = find_tensor(graph, input), to[MOST_TENSORS];
  for (int i = 0; i < signature.output_count; i++) to[i] = find_tensor(graph, &signature.outputs[i]);
  TF_Tensor *results[MOST_TENSORS] = {0};
  TF_SessionRun(session, NULL, &from, &fed, 1, to, results, signature.output_count, NULL, 0, NULL, status);
  if (TF_GetCode(status) != TF_OK) stop(argv[2], TF_Message(status));

  for (int i = 0; i < signature.output_count; i++) {
    if (TF_TensorType(results[i]) != TF_FLOAT) continue;
    printf("%s ", signature.outputs[i].key);
    for (int d = 0; d < TF_NumDims(results[i]); d++) printf("%s%lld", d ? "x" : "", (long long)TF_Dim(results[i], d));
    const float *values = TF_TensorData(results[i]);
    for (int64_t v = 0; v < TF_TensorElementCount(results[i]); v++) printf(" %.9g", values[v]);
    printf("\n");
    TF_DeleteTensor(results[i]);
  }
  TF_DeleteTensor(fed);
  free(data);
  TF_CloseSession(session, status);
  TF_DeleteSession(session, status);
  TF_DeleteGraph(graph);
  TF_DeleteBuffer(description);
  TF_DeleteSessionOptions(options);
  TF_DeleteStatus(status);
  return 0;
}
