"""Five million creates over 5,000 clusters: `python -m tests.bench.model_large`."""

from tests.bench.model.child import in_a_process

__all__ = ["main"]


def main() -> None:
    """Print what it took."""
    took = in_a_process(5_000_000, 5_000)
    print(f"{took.creates} creates, {took.active} active: {took.cpu:.1f} s CPU, {took.memory / 2**20:.0f} MiB")


if __name__ == "__main__":
    main()
