// SPDX-License-Identifier: Apache-2.0
// CRC-64/XZ: eight bytes a step by tables, or sixty-four by carry-less multiplication where the processor has it.
#include "base/crc64.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "base/banned.h"

static const uint64_t polynomial = 0xc96c5795d7870f42;

// A table entry is the sum of the entries of its index's bits, so eight numbers make 256.
#define BIT(i, b, value) (((i) >> (b)&1) ? (uint64_t)(value) : 0)
#define ENTRY(i, a, b, c, d, e, f, g, h)                                                                               \
	(BIT(i, 0, a) ^ BIT(i, 1, b) ^ BIT(i, 2, c) ^ BIT(i, 3, d) ^ BIT(i, 4, e) ^ BIT(i, 5, f) ^ BIT(i, 6, g) ^      \
	        BIT(i, 7, h))
#define ROW4(i, ...)                                                                                                   \
	ENTRY(i, __VA_ARGS__), ENTRY((i) + 1, __VA_ARGS__), ENTRY((i) + 2, __VA_ARGS__), ENTRY((i) + 3, __VA_ARGS__)
#define ROW16(i, ...)                                                                                                  \
	ROW4(i, __VA_ARGS__), ROW4((i) + 4, __VA_ARGS__), ROW4((i) + 8, __VA_ARGS__), ROW4((i) + 12, __VA_ARGS__)
#define ROW64(i, ...)                                                                                                  \
	ROW16(i, __VA_ARGS__), ROW16((i) + 16, __VA_ARGS__), ROW16((i) + 32, __VA_ARGS__), ROW16((i) + 48, __VA_ARGS__)
#define TABLE(...)                                                                                                     \
	{                                                                                                              \
		ROW64(0, __VA_ARGS__), ROW64(64, __VA_ARGS__), ROW64(128, __VA_ARGS__), ROW64(192, __VA_ARGS__)        \
	}

// tables[k][i]: what the byte i does to the checksum when k more bytes follow it.
static const uint64_t tables[8][256] = {
        TABLE(0xb32e4cbe03a75f6f, 0xf4843657a840a05b, 0x7bd0c384ff8f5e33, 0xf7a18709ff1ebc66, 0x7d9ba13851336649,
                0xfb374270a266cc92, 0x64b62bcaebc387a1, 0xc96c5795d7870f42),
        TABLE(0x54e979925cd0f10d, 0xa9d2f324b9a1e21a, 0xc17d4962dc4ddab1, 0x10223dee1795abe7, 0x20447bdc2f2b57ce,
                0x4088f7b85e56af9c, 0x8111ef70bcad5f38, 0x90fb71cad654a0f5),
        TABLE(0x3f0be14a916a6dcb, 0x7e17c29522d4db96, 0xfc2f852a45a9b72c, 0x6a87a57f245d70dd, 0xd50f4afe48bae1ba,
                0x38c63ad73e7bddf1, 0x718c75ae7cf7bbe2, 0xe318eb5cf9ef77c4),
        TABLE(0x1dee8a5e222ca1dc, 0x3bdd14bc445943b8, 0x77ba297888b28770, 0xef7452f111650ee0, 0x4c300ac98dc40345,
                0x986015931b88068a, 0xa218840d981e1391, 0xd6e9a7309f3239a7),
        TABLE(0x5c2d776033c4205e, 0xb85aeec0678840bc, 0xe26d72ab601e9ffd, 0x56024a7d6f33217f, 0xac0494fade6642fe,
                0xcad186de13c29b79, 0x077ba297888b2877, 0x0ef7452f111650ee),
        TABLE(0x6184d55f721267c6, 0xc309aabee424cf8c, 0x14cbfa566747819d, 0x2997f4acce8f033a, 0x532fe9599d1e0674,
                0xa65fd2b33a3c0ce8, 0xde670a4ddb760755, 0x2e16bbb019e2102f),
        TABLE(0x22ef0d5934f964ec, 0x45de1ab269f2c9d8, 0x8bbc3564d3e593b0, 0x85a0c5e208c539e5, 0x999924efbe846d4f,
                0xa1eae6f4d206c41b, 0xd10d62c20b0396b3, 0x30c26aafb90933e3),
        TABLE(0xdabe95afc7875f40, 0x27a584742000a005, 0x4f4b08e84001400a, 0x9e9611d080028014, 0xaff48c8aaf0b1ead,
                0xcd31b63ef11823df, 0x08bbc3564d3e593b, 0x117786ac9a7cb276),
};

static uint64_t load_little(const unsigned char *at)
{
	uint64_t value;

	memcpy(&value, at, sizeof(value));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	value = __builtin_bswap64(value);
#endif
	return value;
}

static uint64_t crc64_by_table(uint64_t crc, const unsigned char *at, size_t size)
{
	for (; size >= 8; at += 8, size -= 8) {
		uint64_t v = crc ^ load_little(at);

		crc = tables[7][v & 0xff] ^ tables[6][v >> 8 & 0xff] ^ tables[5][v >> 16 & 0xff] ^
		      tables[4][v >> 24 & 0xff] ^ tables[3][v >> 32 & 0xff] ^ tables[2][v >> 40 & 0xff] ^
		      tables[1][v >> 48 & 0xff] ^ tables[0][v >> 56];
	}
	for (; size; at++, size--)
		crc = crc >> 8 ^ tables[0][(crc ^ *at) & 0xff];
	return crc;
}

#if defined(__x86_64__)
// Moves a 128-bit remainder forward and adds the block found there.
// `by` holds x^(bits - 1) and x^(bits + 63) modulo the polynomial, high half and low half of the block's factor.
__attribute__((target("pclmul,sse2"))) static inline __m128i fold(__m128i rest, __m128i by, const unsigned char *at)
{
	__m128i low = _mm_clmulepi64_si128(rest, by, 0x00), high = _mm_clmulepi64_si128(rest, by, 0x11);

	return _mm_xor_si128(_mm_xor_si128(low, high), _mm_loadu_si128((const __m128i *)(const void *)at));
}

// Folds whole 64-byte blocks into sixteen bytes that have the same remainder; the table finishes them and the tail.
__attribute__((target("pclmul,sse2"))) static uint64_t crc64_by_multiplication(
        uint64_t crc, const unsigned char *at, size_t size)
{
	const __m128i by_512 = _mm_set_epi64x(0x081f6054a7842df4, 0x6ae3efbb9dd441f3);
	const __m128i by_128 = _mm_set_epi64x((long long)0xdabe95afc7875f40, (long long)0xe05dd497ca393ae4);
	__m128i a, b, c, d;
	unsigned char rest[16];

	a = _mm_xor_si128(_mm_loadu_si128((const __m128i *)(const void *)at), _mm_cvtsi64_si128((long long)crc));
	b = _mm_loadu_si128((const __m128i *)(const void *)(at + 16));
	c = _mm_loadu_si128((const __m128i *)(const void *)(at + 32));
	d = _mm_loadu_si128((const __m128i *)(const void *)(at + 48));
	for (at += 64, size -= 64; size >= 64; at += 64, size -= 64) {
		a = fold(a, by_512, at);
		b = fold(b, by_512, at + 16);
		c = fold(c, by_512, at + 32);
		d = fold(d, by_512, at + 48);
	}
	_mm_storeu_si128((__m128i *)(void *)rest, b);
	a = fold(a, by_128, rest);
	_mm_storeu_si128((__m128i *)(void *)rest, c);
	a = fold(a, by_128, rest);
	_mm_storeu_si128((__m128i *)(void *)rest, d);
	a = fold(a, by_128, rest);
	_mm_storeu_si128((__m128i *)(void *)rest, a);
	return crc64_by_table(crc64_by_table(0, rest, sizeof(rest)), at, size);
}
#endif

uint64_t crc64(uint64_t crc, const void *data, size_t size)
{
#if defined(__x86_64__)
	if (size >= 128 && __builtin_cpu_supports("pclmul"))
		return ~crc64_by_multiplication(~crc, data, size);
#endif
	return ~crc64_by_table(~crc, data, size);
}

// Product modulo the polynomial; bit 63 is the coefficient of x^0.
static uint64_t multiply(uint64_t a, uint64_t b)
{
	uint64_t product = 0;

	for (int i = 63; i >= 0; i--) {
		if (a >> i & 1)
			product ^= b;
		b = b >> 1 ^ (polynomial & -(b & 1));
	}
	return product;
}

uint64_t crc64_combine(uint64_t a, uint64_t b, uint64_t size_b)
{
	uint64_t power = (uint64_t)1 << 55; // x^8: one byte

	for (; size_b; size_b >>= 1) {
		if (size_b & 1)
			a = multiply(a, power);
		power = multiply(power, power);
	}
	return a ^ b;
}
