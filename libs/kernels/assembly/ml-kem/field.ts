// Arithmetic modulo q on eight signed coefficients of 16 bits.

// @ts-ignore: decorator
@inline export const Q: i16 = 3329;

// a * z for a constant z, with quotient = round(z * 2^15 / q): Barrett's reduction by a rounded high product (Becker, Hwang, Kannwischer,
// Yang, Yang: Neon NTT, ePrint 2021/986). The result is below q * (1/2 + |a| / 2^16) in absolute value.
// @ts-ignore: decorator
@inline export function multiply(a: v128, z: v128, quotient: v128): v128 {
  return i16x8.sub(i16x8.mul(a, z), i16x8.mul(i16x8.q15mulr_sat_s(a, quotient), i16x8.splat(Q)));
}

// The same for z = 1: below 0.66 q for any a.
// @ts-ignore: decorator
@inline export function reduce(a: v128): v128 {
  return i16x8.sub(a, i16x8.mul(i16x8.q15mulr_sat_s(a, i16x8.splat(10)), i16x8.splat(Q)));
}

// From (-q, q) to [0, q).
// @ts-ignore: decorator
@inline export function canonical(a: v128): v128 {
  return i16x8.add(a, v128.and(i16x8.shr_s(a, 15), i16x8.splat(Q)));
}

// c / 2^16 modulo q for each c of 32 bits, in the high half of its lane (Montgomery). The low half is zero.
// @ts-ignore: decorator
@inline export function montgomery(c: v128): v128 {
  const t = i16x8.mul(c, i32x4.splat(0xf301));
  return i32x4.sub(c, i32x4.dot_i16x8_s(t, i32x4.splat(3329)));
}

// 2^16 mod q, centred, and its quotient: undoes `montgomery` beforehand.
// @ts-ignore: decorator
@inline export const R: i16 = -1044;
// @ts-ignore: decorator
@inline export const R_QUOTIENT: i16 = -10276;
