import { type Demand, type MatrixShape } from '#program/plans';
import { Correlations, DaBitPool, type MatrixTriple, TriplePool } from '../pools.js';
import { type Drawn, sameShape } from './draw.js';

/** What was drawn and what was made for the rest, as one. Matrices come in the order in which the session uses them. */
export function joinDrawn(dealt: Correlations, drawn: Drawn, demand: Demand): Correlations {
  const left = [...drawn.matrixTriples, ...dealt.matrices];
  const take = (shape: MatrixShape): (MatrixTriple & MatrixShape)[] => {
    const at = left.findIndex((each) => sameShape(each, shape));
    return at < 0 ? [] : left.splice(at, 1);
  };
  return new Correlations(
    drawn.triples ? new TriplePool(drawn.triples) : dealt.arithmetic,
    drawn.andWords ? new TriplePool(drawn.andWords) : dealt.boolean,
    drawn.daBits ? new DaBitPool(drawn.daBits) : dealt.daBits,
    demand.matrixTriples.flatMap(take),
  );
}
