/**
 * `x < y` for two batches of unsigned words, as a circuit in the "Bristol" format: a borrow runs through the bits from the lowest, with one AND
 * a bit (borrow ← borrow where the bits are equal, else the bit of y).
 */
export function comparisonCircuit(batch: number, bits: number): string {
  const gates: string[] = [];
  let next = 2 * batch * bits;
  const gate = (kind: 'XOR' | 'AND' | 'INV', ...inputs: readonly number[]): number => {
    gates.push(`${inputs.length} 1 ${inputs.join(' ')} ${next} ${kind}`);
    return next++;
  };
  const borrows = Array.from({ length: batch }, (_, i) => {
    let borrow: number | undefined;
    for (let bit = 0; bit < bits; bit++) {
      const [x, y] = [i * bits + bit, (batch + i) * bits + bit];
      const differ = gate('XOR', x, y);
      borrow = borrow === undefined ? gate('AND', differ, y) : gate('XOR', y, gate('AND', gate('INV', differ), gate('XOR', y, borrow)));
    }
    return borrow!;
  });
  // Outputs are the last wires.
  borrows.map((borrow) => gate('INV', borrow)).forEach((inverse) => gate('INV', inverse));
  return `${gates.length} ${next}\n${batch * bits} ${batch * bits} ${batch}\n\n${gates.join('\n')}\n`;
}
