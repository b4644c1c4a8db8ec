"""The measures of `make bench`: each module returns results, medians and ratios taken in one run."""
