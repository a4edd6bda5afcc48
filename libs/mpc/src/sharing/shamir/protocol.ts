export const shamirProtocol = 'shamir-p61/1';

/** t: how many parties may be corrupt. */
export const thresholdOf = (parties: number): number => Math.floor((parties - 1) / 2);

/** How many parties reduce the degree of a product: it has degree 2t. */
export const reducersOf = (threshold: number): number => 2 * threshold + 1;
