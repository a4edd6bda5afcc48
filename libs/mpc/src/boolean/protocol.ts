/**
 * Boolean sharing (GMW) and the comparison with a public bound
 *
 * Afterwards all parties know one bit: whether every element of an additively shared vector is at least the bound.
 *
 * Paper       Goldreich, Micali, Wigderson, STOC 1987, with AND triples as in Beaver (CRYPTO 1991). Adder: Kogge, Stone: A parallel
 *             algorithm for the efficient solution of a general class of recurrence equations. IEEE ToC 1973. From additive to Boolean
 *             shares: ABY, NDSS 2015, §III-E, with n addends and carry-save adders in front.
 * Realises    the bit [min_i x_i ≥ bound] for n = 2 … 5 parties, dishonest majority; 0 ≤ x_i < 2^62, 0 ≤ bound < 2^53.
 * Security    semi-honest, static, n − 1 of n corrupted; perfect given the triples.
 * Assumptions the triples (`../correlations`), private and authenticated links.
 * Cost        L elements: L·(n + 10) + L − 1 AND words, 16 bytes each to each other party; n − 2 + 7 + ⌈log₂ L⌉ + 1 rounds.
 * Notation    ⟨x⟩      share      word      x = ⊕ ⟨x⟩_p; bit i of a word is wire i
 *             s_p      operand    words     party p's additive share of x − bound
 *             g, p     generate, propagate  of the prefix adder, per wire
 * Deviations  1. An operand is shared by its owner's word and zeros: no message. Every opened word is masked by a triple, and the
 *                only wire opened unmasked is an output of ANDs or is added to one.
 *             2. The last level of the adder makes no propagate.
 *
 *     and:       all → all: ⟨d⟩ = ⟨x⟩ ⊕ ⟨a⟩, ⟨e⟩ = ⟨y⟩ ⊕ ⟨b⟩    ⟨z⟩ = ⟨c⟩ ⊕ d∧⟨b⟩ ⊕ e∧⟨a⟩ (⊕ d∧e at party 0)
 *     compare:   operands s_0 … s_{n−1}  → n − 2 carry-save adders → 2 operands
 *                → Kogge–Stone → bit 63, the sign of x − bound; inverted
 *                → AND tree over the elements → all → all: the bit
 */
export const booleanProtocol = 'gmw/1';
