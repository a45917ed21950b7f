"""What Prometheus may know of this process: requests, streams, events sent, and what the safety poll had to find."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Metrics:
    """One a process, with a registry of its own; `delivered_by_poll` and `streams` are asked when they are read."""

    def __init__(self, streams: Callable[[], float], delivered_by_poll: Callable[[], float]) -> None:
        self._registry = CollectorRegistry()
        labels = ["method", "route", "status"]
        self._requests = Counter("casework_requests", "Answered requests.", labels, registry=self._registry)
        self._seconds = Histogram(
            "casework_request_seconds",
            "Time to answer, streams left out.",
            ["method", "route"],
            registry=self._registry,
        )
        self._unread = 0  # counted without the lock of a Counter: this is the hottest line of the process
        self._sent = Counter("casework_events_sent", "Events written to streams.", registry=self._registry)
        open_streams = Gauge("casework_open_streams", "Open event streams.", registry=self._registry)
        open_streams.set_function(streams)
        polled = Gauge("casework_delivered_by_poll", "Readers woken by the safety poll.", registry=self._registry)
        polled.set_function(delivered_by_poll)
        self._error = Gauge(
            "casework_estimate_error",
            "Median of |real - estimated| / real, of the last 50 graded estimates made at submission or start.",
            ["made"],
            registry=self._registry,
        )
        self._inside = Gauge(
            "casework_estimate_inside",
            "Share of them whose range held the real time.",
            ["made"],
            registry=self._registry,
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request; `route` is the template of its path, so that ids make no series of their own."""
        self._requests.labels(method, route, str(status)).inc()
        if not route.endswith("/events"):
            self._seconds.labels(method, route).observe(seconds)

    def sent(self, events: int) -> None:
        """Count events that a stream has accepted."""
        self._unread += events

    def graded(self, made: str, error: float | None, inside: float | None) -> None:
        """How good the last estimates were; nothing where there are none."""
        if error is not None and inside is not None:
            self._error.labels(made).set(error)
            self._inside.labels(made).set(inside)

    def text(self) -> bytes:
        """All of it in Prometheus's text format."""
        self._sent.inc(self._unread)
        self._unread = 0
        return generate_latest(self._registry)
