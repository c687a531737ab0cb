"""Which devices a run is trained on, and how the processes of a run on several machines find each other."""

import contextlib
import faulthandler
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from xps_keras import errors
from xps_keras.errors import UsageError, XpsKerasError

STRATEGIES = ("auto", "one", "mirrored", "multiworker")


@dataclass(frozen=True)
class Devices:
    """Where to train; what is trained does not depend on it."""

    strategy: str = "auto"
    """One of ``STRATEGIES``."""
    workers: tuple[str, ...] = ()
    """Addresses ``host:port`` of all worker processes, the chief first; empty for ``TF_CONFIG`` or one process."""
    worker_index: int | None = None
    """Place of this process among ``workers``."""
    patience_s: float = 600.0
    """Longest wait in seconds for all workers to start."""


@dataclass(frozen=True)
class Cluster:
    """The worker processes of a run."""

    workers: tuple[str, ...]
    index: int


@dataclass(frozen=True)
class Replicas:
    """This process among those that train together."""

    strategy: Any
    """``tf.distribute.Strategy``."""
    worker: int = 0
    workers: int = 1

    @property
    def chief(self) -> bool:
        """Whether this process writes the run's files."""
        return self.worker == 0

    @property
    def count(self) -> int:
        """Copies of the network over all processes."""
        return int(self.strategy.num_replicas_in_sync)


def this_machine() -> Devices:
    """Return all devices of this machine, whatever workers ``TF_CONFIG`` names."""
    return Devices("mirrored" if len(tf.config.list_logical_devices("GPU")) > 1 else "one")


def cluster_of(devices: Devices) -> Cluster | None:
    """Return the worker processes named by the options or by ``TF_CONFIG``, None for a single process.

    Raises:
        UsageError: Addresses, place or ``TF_CONFIG`` cannot be used.
    """
    if devices.workers:
        if devices.worker_index is None:
            raise UsageError("--workers also needs --worker-index, this process's place in the list, from 0.")
        return _checked(Cluster(devices.workers, devices.worker_index), "--workers")
    if devices.worker_index is not None:
        raise UsageError("--worker-index also needs --workers, the addresses of all worker processes.")
    text = os.environ.get("TF_CONFIG", "")
    if not text or devices.strategy in ("one", "mirrored"):
        return None
    try:
        config = json.loads(text)
        cluster, task = config["cluster"], config["task"]
        jobs = {name: [str(address) for address in addresses] for name, addresses in cluster.items()}
        place = list(jobs.get("chief", [])), list(jobs.get("worker", []))
        index = int(task["index"]) + (len(place[0]) if task["type"] == "worker" else 0)
        if set(jobs) - {"chief", "worker"} or task["type"] not in jobs:
            raise UsageError("TF_CONFIG may only name the jobs 'chief' and 'worker', and the task must be one of them.")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            'TF_CONFIG must be JSON like {"cluster": {"worker": ["host:port", ...]}, '
            '"task": {"type": "worker", "index": 0}}.'
        ) from error
    return _checked(Cluster(tuple(place[0] + place[1]), index), "TF_CONFIG")


def _checked(cluster: Cluster, source: str) -> Cluster:
    for address in cluster.workers:
        host, colon, port = address.rpartition(":")
        if not (host and colon and port.isdigit() and 0 < int(port) < 65536):
            raise UsageError(f"{source} holds the address '{address}', which is not of the form host:port.")
    if len(set(cluster.workers)) < len(cluster.workers):
        raise UsageError(f"{source} names an address twice; every worker needs its own.")
    if not 0 <= cluster.index < len(cluster.workers):
        raise UsageError(
            f"{source} names {len(cluster.workers)} workers, numbered from 0, but this one is said to be number "
            f"{cluster.index}."
        )
    return cluster


def start(devices: Devices) -> Replicas:
    """Make the strategy; with several workers wait until all have started.

    Several workers must be started before TensorFlow runs anything else in the process.

    Raises:
        UsageError: The strategy is unknown, does not fit the machine, or the workers cannot be used.
    """
    if devices.strategy not in STRATEGIES:
        raise UsageError(f"There is no strategy '{devices.strategy}'; choose one of: {', '.join(STRATEGIES)}.")
    cluster = cluster_of(devices)
    if devices.strategy in ("one", "mirrored") and cluster is not None:
        raise UsageError(f"--strategy {devices.strategy} trains in one process; leave out --workers.")
    if cluster is not None:
        return _multiworker(cluster, devices.patience_s)
    if devices.strategy == "multiworker":
        raise UsageError(
            "--strategy multiworker needs the addresses of the workers: set TF_CONFIG, or give --workers "
            "host:port,host:port and --worker-index."
        )
    gpus = tf.config.list_logical_devices("GPU")
    if devices.strategy == "mirrored" or (devices.strategy == "auto" and len(gpus) > 1):
        found = gpus or tf.config.list_logical_devices("CPU")
        return Replicas(tf.distribute.MirroredStrategy([device.name for device in found]))
    return Replicas(tf.distribute.get_strategy())


def _multiworker(cluster: Cluster, patience_s: float) -> Replicas:
    resolver = tf.distribute.cluster_resolver.SimpleClusterResolver(
        tf.train.ClusterSpec({"worker": list(cluster.workers)}),
        task_type="worker",
        task_id=cluster.index,
        rpc_layer="grpc",
    )
    with _ending_after(patience_s, cluster), worker_faults(cluster.index, len(cluster.workers)):
        strategy = tf.distribute.MultiWorkerMirroredStrategy(cluster_resolver=resolver)
        replicas = Replicas(strategy, cluster.index, len(cluster.workers))
        share(replicas, b"ready")
    return replicas


@contextlib.contextmanager
def _ending_after(patience_s: float, cluster: Cluster) -> Iterator[None]:
    """End the process with status 1 when the workers do not find each other.

    TensorFlow waits without end and keeps Python's lock meanwhile, so neither a thread nor a signal handler could say
    anything then: it is said before, and faulthandler's watchdog, which needs no lock, ends the process.
    """
    others = ", ".join(address for n, address in enumerate(cluster.workers) if n != cluster.index)
    print(
        f"xps-keras: waiting for the other workers ({others}); if they do not all answer within {patience_s:g} s this "
        "one ends: start all of them, with the same --workers.",
        file=sys.stderr,
        flush=True,
    )
    with open(os.devnull, "w") as nowhere:
        faulthandler.dump_traceback_later(patience_s, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()


@contextlib.contextmanager
def worker_faults(worker: int, workers: int) -> Iterator[None]:
    """Turn TensorFlow's words for a lost worker into a sentence.

    Raises:
        XpsKerasError: An operation between workers failed.
    """
    try:
        yield
    except tf.errors.OpError as error:
        if workers == 1:
            raise
        raise XpsKerasError(
            f"Worker {worker} of {workers} lost the others ({type(error).__name__}): one of them ended or cannot be "
            "reached; start all workers again with --resume."
        ) from error


def share(replicas: Replicas, data: bytes | None) -> bytes:
    """Give the chief's bytes to all workers; every worker must call this at the same point.

    Args:
        replicas: The processes.
        data: What to give; only the chief's counts.
    """
    if replicas.workers == 1:
        return data or b""
    given = (data or b"") if replicas.chief else b""
    length = int(_summed(replicas, tf.constant(len(given), tf.int64)))
    words = tf.zeros([length // 4 + 1], tf.int32)
    if replicas.chief:
        # As whole numbers, whose sum with zeros is exact for every pattern of bits.
        words = tf.io.decode_raw(given + b"\0" * (4 * (length // 4 + 1) - length), tf.int32)
    return bytes(_summed(replicas, words).numpy().astype("<i4").tobytes()[:length])


def agreed(replicas: Replicas, work: Callable[[], bytes]) -> bytes:
    """Let the chief do something and tell all workers how it ended; every worker must call this at the same point.

    Args:
        replicas: The processes.
        work: Only run by the chief.

    Returns:
        What ``work`` returned.

    Raises:
        XpsKerasError: ``work`` raised it.
    """
    if replicas.workers == 1:
        return work()
    answer = None
    if replicas.chief:
        try:
            answer = b"+" + work()
        except XpsKerasError as error:
            answer = f"-{type(error).__name__}\n{error}".encode()
    answer = share(replicas, answer)
    if answer[:1] == b"-":
        kind, _, text = answer[1:].decode().partition("\n")
        raise getattr(errors, kind)(text)
    return answer[1:]


def _summed(replicas: Replicas, value: Any) -> Any:
    strategy = replicas.strategy
    zeros = tf.zeros_like(value)
    # Only one replica of a worker with several devices brings the value.
    first = replicas.worker * (replicas.count // replicas.workers)
    own = strategy.experimental_distribute_values_from_function(
        lambda context: value if context.replica_id_in_sync_group == first else zeros
    )
    return strategy.reduce(tf.distribute.ReduceOp.SUM, own, axis=None)
