export declare function readSeed(value?: string): number;
