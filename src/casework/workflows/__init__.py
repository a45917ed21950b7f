"""The workloads: found by entry point, imported by nobody; they import only `casework`."""
