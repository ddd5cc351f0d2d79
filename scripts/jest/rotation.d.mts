export declare const ROTATING: readonly string[];
export declare function listResting(seed: number): readonly string[];
