#!/usr/bin/env python3
"""Which convolutional networks of torchvision and timm tabfab imports, and why not the others.

    bench/import_list.py                     # all that are installed
    bench/import_list.py --only resnet18 'timm/*'
    bench/import_list.py --why               # each refusal in full

Each is made with random weights, exported for small images, imported, and its layers are compared
with torch's operators on random images. Neither package is a dependency of tabfab:

    pip install --no-deps torchvision timm huggingface_hub

beside tabfab's torch; take the torchvision that belongs to it (0.28 to torch 2.13).

Listed are networks whose features are made by convolutions: one or two sizes of each architecture,
none with attention. Exit status 1 where an import computes something else than torch.
"""

from __future__ import annotations

import argparse
import fnmatch
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import torch
from tabfab.compiler.frontend import UnsupportedOperatorError, import_network
from tabfab.compiler.frontend.compare import ImportMismatchError, check_answers
from tabfab.compiler.store.errors import TabfabError
from torch import nn


def _names(text: str) -> list[str]:
    return text.split()


TORCHVISION = _names("""
alexnet vgg11 vgg11_bn vgg13_bn vgg16 vgg16_bn vgg19_bn
resnet18 resnet34 resnet50 resnet101 resnet152 resnext50_32x4d resnext101_32x8d wide_resnet50_2
densenet121 densenet161 densenet169 densenet201 squeezenet1_0 squeezenet1_1 googlenet inception_v3
mobilenet_v2 mobilenet_v3_small mobilenet_v3_large mnasnet0_5 mnasnet0_75 mnasnet1_0 mnasnet1_3
shufflenet_v2_x0_5 shufflenet_v2_x1_0 shufflenet_v2_x1_5 shufflenet_v2_x2_0
efficientnet_b0 efficientnet_b1 efficientnet_b2 efficientnet_b3 efficientnet_v2_s
regnet_x_400mf regnet_x_800mf regnet_x_1_6gf regnet_y_400mf regnet_y_800mf regnet_y_1_6gf
convnext_tiny convnext_small
fcn_resnet50 deeplabv3_resnet50 deeplabv3_mobilenet_v3_large lraspp_mobilenet_v3_large
""")

TIMM = _names("""
resnet10t resnet14t resnet18d resnet26t resnet50_gn resnetaa34d resnetblur18 resnetv2_18
resnetv2_50x1_bit seresnet18 ecaresnet26t legacy_seresnet18 skresnet18 resnest14d res2net50_14w_8s
resnext26ts seresnext26ts eca_resnext26ts gcresnext26ts regnetx_002 regnety_002 regnetz_b16
gernet_s repvgg_a0 mobileone_s0 convmixer_768_32 tresnet_m selecsls42 nf_resnet26 nfnet_l0
eca_nfnet_l0 cspresnet50 cspdarknet53 darknet17 darknet53 cs3darknet_s cspnext_tiny
dla34 dla46_c dla60_res2net dpn48b dpn68 hrnet_w18_small hgnet_tiny hgnetv2_b0
densenetblur121d rdnet_tiny vovnet39a ese_vovnet19b_dw legacy_xception xception41
inception_v4 inception_resnet_v2 inception_next_atto
efficientnet_lite0 efficientnet_es efficientnetv2_rw_t mixnet_s mnasnet_small mobilenetv1_100
mobilenetv2_050 mobilenetv3_small_050 tf_mobilenetv3_small_minimal_100 mobilenetv4_conv_small
fbnetc_100 fbnetv3_b spnasnet_100 tinynet_e hardcorenas_a lcnet_050 lcnetv2_small rexnet_100
ghostnet_050 ghostnetv2_100 repghostnet_050 repvit_m0_9 starnet_s050 fasternet_t0
convnext_atto convnextv2_atto poolformer_s12 fastvit_t8 mambaout_femto
""")

SIZES = {
    "torchvision/alexnet": 224,
    "torchvision/vgg*": 224,
    "torchvision/inception_v3": 107,
    "timm/inception*": 107,
}
"""Rows and columns of the images; others take `SIZE`."""
SIZE = 64
_IMAGES = 2


def load_torchvision() -> Callable[[str], nn.Module]:
    """What makes a network of torchvision's by name.

    Raises
    ------
    ImportError: it is not installed.
    RuntimeError: it was compiled for another torch.
    """
    import torchvision

    return partial(_of_torchvision, torchvision.models)


def _of_torchvision(models: object, name: str) -> nn.Module:
    more = {"aux_logits": False} if name in ("googlenet", "inception_v3") else {}
    if name in ("googlenet", "inception_v3"):
        more["init_weights"] = False  # which take minutes
    if name.startswith(("fcn", "deeplab", "lraspp")):
        more["weights_backbone"] = None
    made: nn.Module = models.get_model(name, weights=None, **more)  # type: ignore[attr-defined]
    return made


def load_timm() -> Callable[[str], nn.Module]:
    """What makes a network of timm's by name.

    Raises
    ------
    ImportError: it is not installed.
    RuntimeError: its torchvision was compiled for another torch.
    """
    import timm

    return partial(timm.create_model, pretrained=False)


def chosen(patterns: list[str]) -> Iterator[tuple[str, Callable[[], nn.Module]]]:
    """Name and maker of every network that is listed, installed and asked for."""
    for package, load, names in (
        ("torchvision", load_torchvision, TORCHVISION),
        ("timm", load_timm, TIMM),
    ):
        wanted = [
            name
            for name in names
            if any(
                fnmatch.fnmatch(full, p) for p in patterns for full in (name, f"{package}/{name}")
            )
        ]
        if not wanted:
            continue
        try:
            make = load()
        except (ImportError, RuntimeError) as error:  # absent, or compiled for another torch
            print(f"{package} does not load ({error}); its {len(wanted)} networks are left out")
            continue
        for name in wanted:
            yield f"{package}/{name}", partial(make, name)


def tried(name: str, make: Callable[[], nn.Module]) -> TabfabError | None:
    """Import one network and compare it with torch; why it was refused, if it was.

    Raises
    ------
    ImportMismatchError: it computes something else.
    """
    torch.manual_seed(0)
    sizes = [size for pattern, size in SIZES.items() if fnmatch.fnmatch(name, pattern)]
    size = sizes[0] if sizes else SIZE
    module = make().eval()
    images = np.random.default_rng(0).integers(0, 256, (_IMAGES, size, size, 3), dtype=np.uint8)
    try:
        imported = import_network(module, (3, size, size))
        check_answers(imported, images)
    except ImportMismatchError:
        raise
    except TabfabError as error:
        return error
    return None


def reason(error: TabfabError) -> str:
    """A refusal without its place, so that those of the same kind are one."""
    if isinstance(error, UnsupportedOperatorError):
        return f"{error.operator}: {error.instead}"
    return str(error)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", default=["*"], help="these; * fits all"
    )
    parser.add_argument("--why", action="store_true", help="print each refusal in full")
    arguments = parser.parse_args()
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    wrong = []
    for name, make in chosen(arguments.only):
        package = name.partition("/")[0]
        start = time.perf_counter()
        counts[f"{package} listed"] += 1
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                error = tried(name, make)
            except ImportMismatchError as mismatch:
                wrong.append(f"{name}: {mismatch}")
                print(f"{name:44} WRONG", flush=True)
                continue
        seconds = time.perf_counter() - start
        if error is None:
            counts[f"{package} imported"] += 1
            print(f"{name:44} {seconds:6.1f} s", flush=True)
        else:
            reasons[reason(error)] += 1
            told = str(error) if arguments.why else reason(error)
            print(f"{name:44} {seconds:6.1f} s  refused: {told}", flush=True)
    for text, count in reasons.most_common():
        print(f"{count:4} refused: {text}")
    for package in ("torchvision", "timm"):
        listed, imported = counts[f"{package} listed"], counts[f"{package} imported"]
        if listed:
            print(f"{package}: {imported} of {listed} imported ({imported / listed:.0%})")
    for line in wrong:
        print(f"WRONG {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
