/*
 * src/observe/series.c - the figures behind a surge (reference: Iglewicz and Hoaglin 1993 for the
 * modified z; Roberts 1959 for the exponentially weighted average; Benjamini and Hochberg 1995).
 */
#include "observe/observe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

double noro_median(double *x, size_t n)
{
	if (!n)
		return (double)NAN;
	qsort(x, n, sizeof(*x), ascending);
	return n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

/* MAD at least max(1, sqrt(median)): counts that never vary would make every one more an alarm. */
double noro_robust_z(double x, double *history, size_t n)
{
	double median = noro_median(history, n), mad, least;

	if (!n)
		return (double)NAN;
	for (size_t i = 0; i < n; i++)
		history[i] = fabs(history[i] - median);
	mad = noro_median(history, n);
	least = fmax(1, sqrt(fmax(median, 0)));
	return 0.6745 * (x - median) / fmax(mad, least);
}

/* P(X >= k) = 1 - sum of the first k terms; for k past the mean the tail itself is summed, from its
 * largest term down, so that small numbers keep their digits. */
double noro_poisson_tail(double mean, uint64_t at_least)
{
	double term, sum = 0;

	if (at_least == 0)
		return 1;
	if (mean <= 0)
		return 0;
	if ((double)at_least > mean) {
		term = exp((double)at_least * log(mean) - mean - lgamma((double)at_least + 1));
		for (uint64_t k = at_least; term > sum * 1e-17 && k < at_least + 100000; k++) {
			sum += term;
			term *= mean / (double)(k + 1);
		}
		return sum < 1 ? sum : 1;
	}
	term = exp((double)(at_least - 1) * log(mean) - mean - lgamma((double)at_least));
	for (uint64_t k = at_least - 1; term > sum * 1e-17; k--) {
		sum += term;
		if (k == 0)
			break;
		term *= (double)k / mean;
	}
	return sum < 1 ? 1 - sum : 0;
}

/*
 * P(X >= k) of a negative binomial with this mean and variance mean + mean^2 / r: Poisson whose
 * rate is itself uncertain. Terms are summed away from the mean, so small tails keep their digits.
 */
double noro_crowd_tail(double mean, double r, uint64_t at_least)
{
	double p, k = (double)at_least, term, sum = 0;

	if (at_least == 0)
		return 1;
	if (mean <= 0)
		return 0;
	if (r > 1e9)
		return noro_poisson_tail(mean, at_least);
	p = mean / (mean + r);
	if (k <= mean)
		k -= 1; /* downwards, what is left of 1 */
	term = exp(lgamma(k + r) - lgamma(r) - lgamma(k + 1) + k * log(p) - r * log1p(mean / r));
	if ((double)at_least <= mean) {
		for (; term > sum * 1e-17; k--) {
			sum += term;
			if (k < 0.5)
				break;
			term *= k / ((k - 1 + r) * p);
		}
		return sum < 1 ? 1 - sum : 0;
	}
	for (unsigned i = 0; term > sum * 1e-15 && i < 1000000; i++) {
		sum += term;
		term *= (k + r) / (k + 1) * p;
		k++;
	}
	return sum < 1 ? sum : 1;
}

struct ranked {
	double p;
	size_t at;
};

static int by_p(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	return x->p < y->p ? -1 : x->p > y->p ? 1 : x->at < y->at ? -1 : x->at > y->at;
}

enum noro_status noro_fdr(
	const double *p, size_t n, double q, struct noro_arena *a, bool *ret_stands)
{
	struct ranked *r = noro_arena_array(a, n + 1, sizeof(*r));
	size_t last = 0;

	if (!r)
		return NORO_ENOMEM;
	for (size_t i = 0; i < n; i++)
		r[i] = (struct ranked){ p[i], i };
	if (n)
		qsort(r, n, sizeof(*r), by_p);
	for (size_t i = 0; i < n; i++)
		if (r[i].p <= q * (double)(i + 1) / (double)n)
			last = i + 1;
	memset(ret_stands, 0, n * sizeof(*ret_stands));
	for (size_t i = 0; i < last; i++)
		ret_stands[r[i].at] = true;
	return NORO_OK;
}

/* The average of the past, how far it wanders, and where the last value moves it. */
double noro_ewma_score(const double *series, size_t n, double lambda)
{
	double mean = 0, variance = 0, ewma, sigma;

	if (n < 3)
		return 0;
	for (size_t i = 0; i + 1 < n; i++)
		mean += series[i] / (double)(n - 1);
	for (size_t i = 0; i + 1 < n; i++)
		variance += (series[i] - mean) * (series[i] - mean) / (double)(n - 2);
	ewma = mean;
	for (size_t i = 0; i < n; i++)
		ewma = lambda * series[i] + (1 - lambda) * ewma;
	sigma = sqrt(fmax(variance, fmax(1, mean)) * lambda / (2 - lambda));
	return (ewma - mean) / sigma;
}
