"""What the benchmarks of the probe say of their samples."""
import random
import statistics

RESAMPLES = 2000


def interval(samples, statistic=statistics.median, resample=None):
    """The statistic and its bootstrap 95 % confidence interval.

    Samples that hang together (of one run of a program) must be one sample:
    resample, when given, draws anew from within one.
    """
    generator = random.Random(1)  # The same samples give the same figures.
    resample = resample or (lambda sample, _: sample)
    values = sorted(
        statistic([resample(sample, generator)
                   for sample in generator.choices(samples, k=len(samples))])
        for _ in range(RESAMPLES))
    return (statistic(samples), values[int(0.025 * RESAMPLES)],
            values[int(0.975 * RESAMPLES) - 1])


def shuffled(things):
    things = list(things)
    random.shuffle(things)
    return things
