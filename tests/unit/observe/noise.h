/* tests/unit/observe/noise.h - sources of made-up days: Poisson, gamma-Poisson and bursts, by seed.
 */
#pragma once

#include <math.h>
#include <stdint.h>

struct noise {
	uint64_t s;
};

static inline uint64_t noise_bits(struct noise *n)
{
	uint64_t z = n->s += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static inline double noise_unit(struct noise *n)
{
	return ((double)(noise_bits(n) >> 11) + 0.5) * 0x1p-53;
}

static inline double noise_normal(struct noise *n)
{
	return sqrt(-2 * log(noise_unit(n))) * cos(6.283185307179586 * noise_unit(n));
}

/* Marsaglia and Tsang 2000. */
static inline double noise_gamma(struct noise *n, double shape)
{
	double d, c, x, v;

	if (shape < 1)
		return noise_gamma(n, shape + 1) * pow(noise_unit(n), 1 / shape);
	d = shape - 1.0 / 3;
	c = 1 / sqrt(9 * d);
	for (;;) {
		x = noise_normal(n);
		v = 1 + c * x;
		v = v * v * v;
		if (v > 0 && log(noise_unit(n)) < x * x / 2 + d - d * v + d * log(v))
			return d * v;
	}
}

static inline uint32_t noise_poisson(struct noise *n, double mean)
{
	double p = 1, least = exp(-mean);
	uint32_t k = 0;

	if (mean > 30) { /* halves of a gamma: exact, without a long product */
		double half = floor(mean * 7 / 8), g = noise_gamma(n, half);

		if (g <= mean)
			return (uint32_t)half + noise_poisson(n, mean - g);
		p = mean / g; /* binomial of half - 1 */
		for (double i = 1; i < half; i++)
			k += noise_unit(n) < p;
		return k;
	}
	while ((p *= noise_unit(n)) > least)
		k++;
	return k;
}
