/** The compiler's types redeclare globals such as `console`, so its module is named in a way that does not bring them. */
const compiler: string = 'assemblyscript/asc';

interface Compiler {
  compileString(source: string, options: Readonly<Record<string, unknown>>): Promise<{ readonly error: Error | null; readonly binary: Uint8Array<ArrayBuffer> | null }>;
}

/** What one writes first in C: three nested loops over rows, columns and the sum, by the same compiler with the same options. */
const source = `
export function multiply(target: usize, left: usize, right: usize, rows: usize, inner: usize, columns: usize): void {
  for (let i: usize = 0; i < rows; i++) {
    for (let j: usize = 0; j < columns; j++) {
      let sum: u64 = 0;
      for (let k: usize = 0; k < inner; k++) {
        sum += load<u64>(left + ((i * inner + k) << 3)) * load<u64>(right + ((k * columns + j) << 3));
      }
      const at = target + ((i * columns + j) << 3);
      store<u64>(at, load<u64>(at) + sum);
    }
  }
}`;

type Multiply = (target: number, left: number, right: number, rows: number, inner: number, columns: number) => void;

/** target += left · right in Z_2^64 on a memory of its own, which is returned too. */
export async function naiveMatrixProduct(pages: number): Promise<{ multiply: Multiply; memory: ArrayBuffer }> {
  const { default: asc } = (await import(compiler)) as { default: Compiler };
  const { binary, error } = await asc.compileString(source, { optimizeLevel: 3, noAssert: true, runtime: 'stub', enable: ['simd'], importMemory: true });
  if (binary === null) throw error ?? new Error('the naive kernel does not compile');
  const memory = new WebAssembly.Memory({ initial: pages });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory } });
  return { multiply: exports.multiply as unknown as Multiply, memory: memory.buffer };
}
