"""Tesseract's network as an ONNX graph, so that onnxruntime reads many lines at once.

Weights stay the bytes of the data file, with their scales; activations are quantised as they come, as Tesseract does. On
nine transcribed pages the greedy reading errs as often as Tesseract itself (1.50 against 1.52 %), in an eighth of its time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.ocr.onnx_file import FLOAT, INT32, MICROSOFT, Graph, Shape
from pipeline.ocr.traineddata import Layer, UnknownNetwork, Weights

IMAGE, LENGTHS = "image", "lengths"
"""Inputs: lines (batch, 1, height, width), -1 black to 1 white; steps of each line (batch), as ``steps_of`` counts them."""


def graph_of(network: Layer) -> tuple[bytes, str]:
    """The model and the name of its output: natural-log probabilities (steps, batch, characters).

    Raises ``UnknownNetwork`` for networks of another plan than the published ones for alphabetic scripts:
    ``Ct Mp Lfys Lfx Lrx Lfx O1c``, of any size.
    """
    layers = network.parts
    kinds = [layer.kind for layer in layers]
    if kinds != ["Input", "Series", "Maxpool", "XYTranspose", "LSTM", "RTLReversed", "LSTM", "Softmax"]:
        raise UnknownNetwork(f"a network of {', '.join(kinds)} is not read")
    graph = Graph()
    steps = _columns(graph, _windows(graph, layers[1]), layers[2], layers[3].parts[0], height=layers[0].inputs)
    for layer in layers[4:7]:
        backwards = layer.kind == "RTLReversed"
        steps = _along(graph, steps, layer.parts[0] if backwards else layer, "reverse" if backwards else "forward")
    output = _classified(graph, steps, layers[7].weights[0])
    inputs: dict[str, tuple[int, Shape]] = {
        IMAGE: (FLOAT, ["batch", 1, layers[0].inputs, "width"]),
        LENGTHS: (INT32, ["batch"]),
    }
    return graph.model(inputs, {output: FLOAT}), output


def steps_of(width: int, network: Layer) -> int:
    """Steps that a line of ``width`` pixels has."""
    return max(1, width // network.parts[2].window[0])


def _windows(graph: Graph, layer: Layer) -> str:
    """The convolution; its windows are written column by column."""
    window, dense = layer.parts
    wide, high = 2 * window.window[0] + 1, 2 * window.window[1] + 1
    weights = dense.weights[0].real
    kernel = weights[:, :-1].reshape(-1, window.inputs, wide, high).transpose(0, 1, 3, 2)
    pads = [window.window[1], window.window[0]] * 2
    image = graph.node("Conv", [IMAGE, graph.constant(kernel), graph.constant(weights[:, -1])], pads=pads)
    return graph.node("Tanh", [image])


def _columns(graph: Graph, image: str, pool: Layer, column: Layer, *, height: int) -> str:
    """Each column of the pooled image summed up from top to bottom: (steps, batch, features)."""
    wide, high = pool.window
    pooled = graph.node("MaxPool", [image], kernel_shape=[high, wide], strides=[high, wide])
    turned = graph.node("Transpose", [pooled], perm=[2, 0, 3, 1])  # rows, batch, columns, features
    shape = graph.node("Shape", [turned])
    rows = graph.constant(np.array([height // high, -1, pool.outputs], np.int64))
    last = _lstm(graph, graph.node("Reshape", [turned, rows]), column, "", "forward", outputs=2)
    batch = graph.node("Gather", [shape, graph.constant(np.array([1, 2], np.int64))], axis=0)
    wanted = graph.node("Concat", [batch, graph.constant(np.array([column.outputs], np.int64))], axis=0)
    return graph.node("Transpose", [graph.node("Reshape", [last, wanted])], perm=[1, 0, 2])


def _along(graph: Graph, steps: str, layer: Layer, direction: str) -> str:
    read = _lstm(graph, steps, layer, LENGTHS, direction, outputs=1)
    return graph.node("Squeeze", [read, graph.constant(np.array([1], np.int64))])


def _lstm(graph: Graph, steps: str, layer: Layer, lengths: str, direction: str, *, outputs: int) -> str:
    """An LSTM; ONNX orders its gates input, output, forget, cell."""
    cell, let_in, forget, let_out = layer.weights
    gates = (let_in, let_out, forget, cell)
    values = np.concatenate([gate.values for gate in gates])
    scales = np.concatenate([gate.scales for gate in gates])
    bias = np.concatenate([values[:, -1] * scales, np.zeros_like(scales)]).astype(np.float32)
    matrices = [graph.constant(part.T[np.newaxis]) for part in np.split(values[:, :-1], [layer.inputs], axis=1)]
    # one pair for each of the two matrices: onnxruntime changes them one by one on processors without VNNI
    quantised = [graph.constant(of) for _ in matrices for of in (scales[np.newaxis], np.zeros((1, len(scales)), np.int8))]
    inputs = [steps, *matrices, graph.constant(bias[np.newaxis]), lengths, "", "", "", *quantised]
    return graph.node(
        "DynamicQuantizeLSTM", inputs, outputs=outputs, domain=MICROSOFT, hidden_size=layer.outputs, direction=direction
    )


def _classified(graph: Graph, steps: str, weights: Weights) -> str:
    values: NDArray[np.int8] = weights.values[:, :-1].T
    bias = (weights.values[:, -1] * weights.scales).astype(np.float32)
    zero = graph.constant(np.zeros(len(weights.scales), np.int8))
    inputs = [steps, graph.constant(values), graph.constant(weights.scales), zero, graph.constant(bias)]
    logits = graph.node("DynamicQuantizeMatMul", inputs, domain=MICROSOFT)
    return graph.node("LogSoftmax", [logits], axis=-1)
