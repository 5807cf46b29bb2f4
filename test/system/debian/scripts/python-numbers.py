# programs: python3
# packages: python3

import math, fractions, decimal, random, statistics
print(2 ** 200, 7 // -2, -7 % 3, 1e+308 * 10, 0.1 + 0.2, round(2.5), divmod(-7, 2), hash(2 ** 61), int('ff', 16))
print(math.sin(1), math.exp(1), math.log(10), math.tanh(0.5), math.gamma(5.5), math.fsum([0.1] * 10), math.isqrt(10 ** 30))
print(fractions.Fraction(1, 3) + fractions.Fraction(1, 6), decimal.Decimal(2).sqrt(), decimal.getcontext().prec)
random.seed(42)
print(random.random(), [random.randint(1, 6) for _ in range(5)], random.sample(range(100), 5))
print(statistics.mean([1, 2, 3.5]), sum((x * x for x in range(1000))), complex(1, 2) ** 2, float('nan'), -0.0, 5e-324)
