"""The performance annexes: readers of every layout, and a small annex in which every rule holds."""
