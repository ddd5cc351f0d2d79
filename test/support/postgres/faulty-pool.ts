import pg from "pg";
import type { PostgresPool } from "../../../src/adapters/postgres/index.js";

/** A pool whose next answers can be lost: the statement happens, and nobody hears of it. */
export interface FaultyPool extends PostgresPool {
  /** The answer to the next statement whose text contains this is lost. */
  loseAnswer(text: string): void;
  end(): Promise<void>;
}

/** Opens a faulty pool on the server. */
export function openFaultyPool(connectionString: string): FaultyPool {
  const pool = new pg.Pool({ connectionString, max: 4 });
  let lost: string | undefined;
  return {
    loseAnswer: (text) => {
      lost = text;
    },
    connect: () => pool.connect(),
    query: async (statement) => {
      const answer = await pool.query(statement);
      if (lost === undefined || !statement.text.includes(lost)) return answer;
      lost = undefined;
      throw new Error("Connection terminated unexpectedly");
    },
    end: () => pool.end(),
  };
}
