"""Writes the ONNX graph of a BERT sentence encoder (all-MiniLM-L6-v2 and its kin) from its safetensors.

    python bert-to-onnx.py <folder with config.json, tokenizer.json, model.safetensors> <folder to write>

Needs onnx, onnxruntime, safetensors, tokenizers and numpy, none of them PyTorch. The folder has the layout that
transformers.js reads: onnx/model.onnx (float32) and onnx/model_quantized.onnx (int8 weights, dynamic). The
graph's output is checked against the same forward pass in numpy before the script ends.
"""
import json
import math
import pathlib
import shutil
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file
from tokenizers import Tokenizer

SHAPES = ("batch", "sequence")


class Graph:
    """Collects nodes and constants; each method returns the name of its output."""

    def __init__(self):
        self.nodes, self.constants = [], {}

    def constant(self, name, value):
        self.constants.setdefault(name, numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, operator, inputs, output=None, **attributes):
        output = output or f"{operator}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], name=f"node_{len(self.nodes)}", **attributes))
        return output


def encoder(weights, config):
    """ids, mask and types [batch, sequence] → last_hidden_state [batch, sequence, hidden]."""
    graph = Graph()
    heads, hidden = config["num_attention_heads"], config["hidden_size"]
    width, epsilon = hidden // heads, config["layer_norm_eps"]

    def weight(name):
        return graph.constant(name, weights[name].astype(np.float32))

    def dense(value, name):
        # torch keeps [out, in]: turned once here, so that the product needs no turning
        matrix = graph.constant(f"{name}.weight^T", weights[f"{name}.weight"].astype(np.float32).T)
        return graph.node("Add", [graph.node("MatMul", [value, matrix]), weight(f"{name}.bias")])

    def normed(value, name):
        return graph.node(
            "LayerNormalization", [value, weight(f"{name}.weight"), weight(f"{name}.bias")], axis=-1, epsilon=epsilon
        )

    def split(value, order):
        shape = graph.constant("heads", np.array([0, 0, heads, width], np.int64))
        return graph.node("Transpose", [graph.node("Reshape", [value, shape])], perm=order)

    length = graph.node("Slice", [
        graph.node("Shape", ["input_ids"]), *(graph.constant(f"at_{at}", np.array([at], np.int64)) for at in (1, 2)),
    ])
    positions = graph.node("Slice", [
        weight("embeddings.position_embeddings.weight"), graph.constant("at_0", np.array([0], np.int64)), length,
        graph.constant("at_0", np.array([0], np.int64)),
    ])
    words = graph.node("Gather", [weight("embeddings.word_embeddings.weight"), "input_ids"])
    types = graph.node("Gather", [weight("embeddings.token_type_embeddings.weight"), "token_type_ids"])
    state = normed(graph.node("Add", [graph.node("Add", [words, types]), positions]), "embeddings.LayerNorm")

    # [batch, 1, 1, sequence]: 0 where a token is, the lowest number where padding is
    axes = graph.constant("axes_1_2", np.array([1, 2], np.int64))
    mask = graph.node("Cast", [graph.node("Unsqueeze", ["attention_mask", axes])], to=TensorProto.FLOAT)
    absent = graph.node("Sub", [graph.constant("one", np.float32(1)), mask])
    bias = graph.node("Mul", [absent, graph.constant("lowest", np.float32(np.finfo(np.float32).min))])

    for layer in range(config["num_hidden_layers"]):
        at = f"encoder.layer.{layer}"
        query = split(dense(state, f"{at}.attention.self.query"), [0, 2, 1, 3])
        key = split(dense(state, f"{at}.attention.self.key"), [0, 2, 3, 1])
        value = split(dense(state, f"{at}.attention.self.value"), [0, 2, 1, 3])
        scale = graph.constant("scale", np.float32(1 / math.sqrt(width)))
        likeness = graph.node("Mul", [graph.node("MatMul", [query, key]), scale])
        shares = graph.node("Softmax", [graph.node("Add", [likeness, bias])], axis=-1)
        context = graph.node("Transpose", [graph.node("MatMul", [shares, value])], perm=[0, 2, 1, 3])
        flat = graph.node("Reshape", [context, graph.constant("flat", np.array([0, 0, hidden], np.int64))])
        attended = graph.node("Add", [dense(flat, f"{at}.attention.output.dense"), state])
        state = normed(attended, f"{at}.attention.output.LayerNorm")
        # GELU by its definition, x ÷ 2 × (1 + erf(x ÷ √2)), which every runtime has
        inner = dense(state, f"{at}.intermediate.dense")
        curve = graph.node("Erf", [graph.node("Mul", [inner, graph.constant("1/√2", np.float32(1 / math.sqrt(2)))])])
        half = graph.node("Mul", [inner, graph.constant("half", np.float32(0.5))])
        inner = graph.node("Mul", [half, graph.node("Add", [curve, "one"])])
        outer = graph.node("Add", [dense(inner, f"{at}.output.dense"), state])
        state = normed(outer, f"{at}.output.LayerNorm")
    graph.node("Identity", [state], "last_hidden_state")

    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, SHAPES)
              for name in ("input_ids", "attention_mask", "token_type_ids")]
    output = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, (*SHAPES, hidden))
    body = helper.make_graph(graph.nodes, "bert", inputs, [output], list(graph.constants.values()))
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def forward(weights, config, ids, mask):
    """The same in numpy, written apart from the graph: what the graph is checked against."""
    heads = config["num_attention_heads"]
    erf = np.vectorize(math.erf)

    def dense(x, name):
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def normed(x, name):
        centred = x - x.mean(-1, keepdims=True)
        deviation = np.sqrt((centred**2).mean(-1, keepdims=True) + config["layer_norm_eps"])
        return centred / deviation * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    state = normed(
        weights["embeddings.word_embeddings.weight"][ids]
        + weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
        + weights["embeddings.token_type_embeddings.weight"][0],
        "embeddings.LayerNorm",
    )
    for layer in range(config["num_hidden_layers"]):
        at = f"encoder.layer.{layer}"
        parts = [np.stack(np.split(dense(state, f"{at}.attention.self.{part}"), heads, -1), 1)
                 for part in ("query", "key", "value")]
        likeness = parts[0] @ parts[1].swapaxes(-1, -2) / math.sqrt(parts[0].shape[-1])
        likeness = np.where(mask[:, None, None, :] == 1, likeness, -1e30)
        shares = np.exp(likeness - likeness.max(-1, keepdims=True))
        context = shares / shares.sum(-1, keepdims=True) @ parts[2]
        context = np.concatenate(list(context.swapaxes(0, 1)), -1)
        state = normed(dense(context, f"{at}.attention.output.dense") + state, f"{at}.attention.output.LayerNorm")
        inner = dense(state, f"{at}.intermediate.dense")
        inner = 0.5 * inner * (1 + erf(inner / math.sqrt(2)))
        state = normed(dense(inner, f"{at}.output.dense") + state, f"{at}.output.LayerNorm")
    return state


def pooled(state, mask):
    """Mean over tokens, length 1: sentence-transformers' modules.json of these models."""
    vectors = (state * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def check(folder, weights, config):
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.enable_padding()
    sentences = ["That is a happy person", "That is a very happy person", "That is a happy dog", "Today is a sunny day"]
    encoded = tokenizer.encode_batch(sentences)
    ids, mask = (np.array([getattr(one, part) for one in encoded], np.int64) for part in ("ids", "attention_mask"))
    feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    expected = pooled(forward(weights, config, ids, mask), mask)
    for name in ("model", "model_quantized"):
        session = onnxruntime.InferenceSession(str(folder / "onnx" / f"{name}.onnx"))
        vectors = pooled(session.run(None, feed)[0], mask)
        closeness = (vectors * expected).sum(-1).min()
        print(name, "against numpy: lowest cosine", round(float(closeness), 6), "likeness to the first:",
              np.round(vectors[0] @ vectors[1:].T, 4))
        if closeness < (0.99999 if name == "model" else 0.95):
            sys.exit(f"{name}.onnx does not compute what the weights say")


def main():
    source, folder = (pathlib.Path(argument) for argument in sys.argv[1:3])
    shutil.copytree(source, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.safetensors", "*.py"))
    (folder / "onnx").mkdir(exist_ok=True)
    config = json.loads((folder / "config.json").read_text())
    if config.get("model_type") != "bert" or config.get("hidden_act") != "gelu":
        sys.exit("config.json names no BERT with GELU")
    weights = {name.removeprefix("bert."): tensor for name, tensor in load_file(source / "model.safetensors").items()}
    onnx.save(encoder(weights, config), folder / "onnx" / "model.onnx")
    quantize_dynamic(folder / "onnx" / "model.onnx", folder / "onnx" / "model_quantized.onnx",
                     weight_type=QuantType.QInt8, per_channel=True,
                     extra_options={"MatMulConstBOnly": True})
    check(folder, weights, config)


if __name__ == "__main__":
    main()
