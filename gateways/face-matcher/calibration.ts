/**
 * Similarity (0 to 1) from the euclidean distance of two face descriptors.
 *
 * Calibrated on photographs, never on the drawn specimens. Over 300 pairs the model in use (face-api 1.7.15) gave
 * same persons 0.39 in the median and 0.56 at most, different persons 0.63 at least. So the logistic curve
 * crosses 0.5 half-way, at 0.595. Those were easy pairs, so it is kept flatter than they alone would allow:
 *
 *   distance    0.39   0.50   0.56   0.595  0.63   0.70
 *   similarity  0.994  0.915  0.706  0.500  0.294  0.068
 */
export function similarityOf(distance: number): number {
  return 1 / (1 + Math.exp(STEEPNESS * (distance - EVEN_ODDS)));
}

const EVEN_ODDS = 0.595;
const STEEPNESS = 25;
