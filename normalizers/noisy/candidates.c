/* The best syllables for printed strings: the same as syllables_in_numpy in candidates.py, whose docstring explains it; the
   tests compare the two. A string is looked at on its own, so that all it needs stays in the cache of a core. */

typedef struct {
  int64_t onsets, rhymes;
  const float *onset_rows, *rhyme_rows; /* P(printed | onset), P(printed | rhyme): one row a printed piece */
  const float *priors;                  /* rhymes x onsets: 0 where there is no word */
  const int32_t *words;                 /* rhymes x onsets */
} Grid;

#define FEW_TO_SORT 16

static void insert_sorted(uint64_t *keys, int64_t count) {
  for (int64_t i = 1; i < count; i++) {
    uint64_t key = keys[i];
    int64_t at = i;
    while (at > 0 && keys[at - 1] > key) keys[at] = keys[at - 1], at--;
    keys[at] = key;
  }
}

/* Brings the keys into two parts, none of the first above one of the second; where the second begins. No key is met twice. */
static int64_t divide(uint64_t *keys, int64_t count) {
  uint64_t a = keys[0], b = keys[count / 2], c = keys[count - 1];
  uint64_t pivot = a < b ? (b < c ? b : a < c ? c : a) : (a < c ? a : b < c ? c : b);
  int64_t low = 0, high = count - 1;
  for (;;) {
    while (keys[low] < pivot) low++;
    while (keys[high] > pivot) high--;
    if (low >= high) return low > 0 ? low : 1;
    uint64_t key = keys[low];
    keys[low++] = keys[high];
    keys[high--] = key;
  }
}

/* Sorts the smallest few of the keys to the front; the others stay in any order behind them. */
static void sort_smallest(uint64_t *keys, int64_t count, int64_t few) {
  while (count > FEW_TO_SORT) {
    int64_t cut = divide(keys, count);
    if (few > cut) {
      sort_smallest(keys, cut, cut);
      keys += cut, count -= cut, few -= cut;
    } else {
      count = cut;
    }
  }
  insert_sorted(keys, count);
}

static uint32_t bits_of(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/* The rhymes within reach of any onset, as numbers in order; how many. */
static int64_t rhymes_in_reach(const Grid *grid, int cuts, const float *const *onset, const float *const *rhyme, int64_t most,
                               float *reach, uint64_t *keys, int64_t *chosen) {
  for (int64_t r = 0; r < grid->rhymes; r++) reach[r] = 0;
  for (int k = 0; k < cuts; k++) {
    float best = 0;
    for (int64_t o = 0; o < grid->onsets; o++) best = onset[k][o] > best ? onset[k][o] : best;
    for (int64_t r = 0; r < grid->rhymes; r++) {
      float reached = rhyme[k][r] * best;
      reach[r] = reached > reach[r] ? reached : reach[r];
    }
  }
  uint32_t mask = 1;
  while ((int64_t)mask < grid->rhymes) mask *= 2;
  mask -= 1;
  int64_t few = most < grid->rhymes ? most : grid->rhymes;
  for (int64_t r = 0; r < grid->rhymes; r++) keys[r] = 0xFFFFFFFFu - ((bits_of(reach[r]) & ~mask) | (uint32_t)r);
  if (few < grid->rhymes) sort_smallest(keys, grid->rhymes, few);
  uint64_t *own = keys + grid->rhymes;
  for (int64_t i = 0; i < few; i++) own[i] = (0xFFFFFFFFu - keys[i]) & mask;
  sort_smallest(own, few, few);
  for (int64_t i = 0; i < few; i++) chosen[i] = (int64_t)own[i];
  return few;
}

/* Floats of one sign compare as their bits do. */
typedef union {
  float value;
  int32_t bits;
} Rank;

#define BUCKETS 4096
#define BUCKET_SHIFT 19

/* The bits that a rank must exceed to be within share of the most and, but for some too many, among the best. */
static int32_t least_of_best(const Rank *ranks, int64_t count, float most, float share, int64_t best, int32_t *buckets) {
  Rank least = {most * share}, highest = {most};
  int32_t low = least.bits >> BUCKET_SHIFT, high = highest.bits >> BUCKET_SHIFT;
  memset(buckets + low, 0, (size_t)(high - low + 1) * sizeof(int32_t));
  for (int64_t place = 0; place < count; place++)
    if (ranks[place].bits > least.bits) buckets[ranks[place].bits >> BUCKET_SHIFT]++;
  int64_t above = 0;
  for (int32_t bucket = high; bucket > low; bucket--)
    if ((above += buckets[bucket]) >= best) return (bucket << BUCKET_SHIFT) - 1;
  return least.bits;
}

/* For each of count strings of one length, which is cut in cuts ways (rows: cuts x count), its best syllables, likeliest
   first: sizes, then all words and log probabilities, for which there is room for best a string. The number of them, or -1
   when memory ends. share: of the likeliest one, which another must exceed. */
int64_t best_syllables(const Grid *grid, int64_t count, int cuts, const int64_t *onset_rows, const int64_t *rhyme_rows,
                       int64_t most_rhymes, int64_t best, float share, int64_t *sizes, int32_t *words, float *logps) {
  int64_t onsets = grid->onsets, places = grid->rhymes * onsets;
  float *reach = malloc((size_t)grid->rhymes * sizeof(float)), *joint = malloc((size_t)places * sizeof(float));
  Rank *ranks = malloc((size_t)places * sizeof(Rank));
  int32_t *counts = malloc(BUCKETS * sizeof(int32_t));
  uint64_t *keys = malloc((size_t)(places + 2 * grid->rhymes) * sizeof(uint64_t));
  int64_t *chosen = malloc((size_t)grid->rhymes * sizeof(int64_t)), total = 0;
  const float *onset[16], *rhyme[16];
  if (!reach || !joint || !ranks || !counts || !keys || !chosen || cuts > 16) count = 0, total = -1;
  for (int64_t i = 0; i < count; i++) {
    for (int k = 0; k < cuts; k++) {
      onset[k] = grid->onset_rows + onset_rows[k * count + i] * onsets;
      rhyme[k] = grid->rhyme_rows + rhyme_rows[k * count + i] * grid->rhymes;
    }
    int64_t few = rhymes_in_reach(grid, cuts, onset, rhyme, most_rhymes, reach, keys, chosen);
    int32_t most = 0;
    for (int64_t t = 0; t < few; t++) {
      float *row = joint + t * onsets;
      Rank *ranked = ranks + t * onsets;
      const float *prior = grid->priors + chosen[t] * onsets;
      for (int64_t o = 0; o < onsets; o++) row[o] = 0;
      for (int k = 0; k < cuts; k++) {
        float with = rhyme[k][chosen[t]];
        for (int64_t o = 0; o < onsets; o++) row[o] += onset[k][o] * with;
      }
      for (int64_t o = 0; o < onsets; o++) ranked[o].value = row[o] * prior[o];
    }
    for (int64_t place = 0; place < few * onsets; place++) most = ranks[place].bits > most ? ranks[place].bits : most;
    Rank likeliest = {.bits = most};
    int32_t least = least_of_best(ranks, few * onsets, likeliest.value, share, best, counts);
    int64_t found = 0;
    for (int64_t place = 0; place < few * onsets; place++) {
      keys[found] = ((uint64_t)(0xFFFFFFFFu - (uint32_t)ranks[place].bits) << 16) | (uint64_t)place;
      found += ranks[place].bits > least;
    }
    sizes[i] = found < best ? found : best;
    if (found) sort_smallest(keys, found, sizes[i]);
    for (int64_t n = 0; n < sizes[i]; n++, total++) {
      int64_t place = (int64_t)(keys[n] & 0xFFFF);
      words[total] = grid->words[chosen[place / onsets] * onsets + place % onsets];
      logps[total] = logf(joint[place]);
    }
  }
  free(reach), free(joint), free(ranks), free(counts), free(keys), free(chosen);
  return total;
}
