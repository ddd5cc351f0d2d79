/** The verbs that functions of this project begin with. `is`, `has` and their like begin questions. */
export const VERBS: ReadonlySet<string> = splitWords(`
  abandon abort accept accepts account acknowledge acquire add admit advance allow answer append apply are assert
  assign attribute authorize average await batch begin blend build bundle call can carry catch change check choose
  chunk claim clamp clean clear close collect colorize commit compare compile complete compose composite compute
  confirm connect consume convert copy count create crop decide decode decorate deduplicate define delete deliver derive
  descend describe detect digest discard dispose doctor downscale drain draw drop edit embed enable encode end enqueue
  erase escape estimate evict examine exec exit expand explain fade fan fetch fill find finish flatten fold fork format generate
  get give grant grow guard guess handle has hash head holds identify ignore import increment index inset inspect install
  interrupt invalidate invert invoke is issue iterate keep keeps kill leave limit link list listen load log look looks loses
  make marshal matches measure memoize merge migrate mix monitor move name normalize notify obtain open orient
  override pack pad paint parse pass paste pause perform pick place plan poll postpone predict prepare presign print
  process produce prove provide publish purge put quote raise read receive record redeem refresh refuse refuses register
  reject rejects reconcile release remember remove render repair replace replay report request require reserve resize resolve respond
  restart restrict resume rethrow retire retry return round run save scale scan seal search secure see select send
  serialize serve set settle shade share should show shows shrink shut sign skip sleep sniff sort spread start stop
  store stream strip sum surround sync tag take terminate throw tolerate trace transform translate truncate try turn unpack unquote
  unwrap update upload verify wait wake walk watch work wrap write
  announce cancel discover enter flush follow forget hide note observe renew reveal shorten submit subscribe summarize undo use
  warn
`);

/** Further verbs, that only functions of `src/testing`, the tests, the benchmarks and the scripts begin with. */
export const TEST_VERBS: ReadonlySet<string> = splitWords(`
  act animate ask blur cache churn compress configure contains crash cut damage declare deploy divide ease exhaust
  expect expire fail feed force fuzz halve hang insert interpolate join judge lengthen lint locate lose match
  mirror multiply mutate operate overlaps plant play post race reach redrive rename renumber repeat
  reset salt shift split squeeze swap synthesize tamper tell unescape unsalt visit widen
`);

/** Words that say where or how, and not what is done. `up`, `down`, `out` and `off` belong to their verbs. */
export const PREPOSITIONS: ReadonlySet<string> = splitWords(`
  of in on at by to for from with without within into onto upon until unless between beside besides behind before after
  along around as during over under through via per against among across above below beyond since than while
`);

/** Participles that do not end in "ed" or "ing". */
export const PARTICIPLES: ReadonlySet<string> = splitWords(`
  begun bound broken brought built caught chosen done drawn driven fallen felt forgotten found frozen given gone grown
  heard held hidden kept known laid led left lent lost made meant met paid proven said seen sent shown shrunken slept
  sold spent spoken stolen sunk taken taught thought thrown told torn understood woken won worn written
`);

/** Words that end in "ed" or "ing" and are verbs all the same. */
export const NO_PARTICIPLES: ReadonlySet<string> = splitWords(
  "embed exceed feed need proceed seed shed speed ping ring bring string",
);

function splitWords(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
