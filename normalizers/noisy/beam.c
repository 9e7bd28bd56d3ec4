/* Beam search through a lattice under a packed n-gram model, one stretch after the other.

   The same search as search_in_numpy in decoder.py, whose docstring explains it; the tests compare the two. Only time differs:
   a stretch of 48 pieces fits into the cache of a core, and nothing is sorted that does not need to be. */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  const uint32_t *starts;
  const uint16_t *prints;
  const uint8_t *codes;
  const float *logps;
  const uint8_t *backoff_codes; /* NULL for the highest order */
  const float *backoffs;
  int shift; /* 64 less the bits of a bucket number */
} Table;

typedef struct {
  int order;
  const float *unigram_logp;
  const float *unigram_backoff;
  Table tables[5];
} Model;

typedef struct {
  const int64_t *start;
  const int32_t *word;
  const int32_t *second;
  const float *score;
  const float *guess;
  const int64_t *first;
} Arcs;

/* How far the search looks: see search in decoder.py. */
typedef struct {
  int beam;
  double width, slack, won;
} Reach;

/* What all words after one state share (Contexts in lm.py). */
typedef struct {
  uint64_t state;
  int depth;
  float backed[8];
} Context;

typedef struct {
  uint64_t state;
  double score, gain;
  int64_t arc;
  int32_t source;
} Edge;

/* Edges into one state: the best of them and all of them, one after the other. */
typedef struct {
  uint64_t state;
  int32_t head, first, last;
} Group;

typedef struct {
  int32_t source, target;
  int64_t arc;
  double share;
} Kept;

static uint64_t mix(uint64_t key) { /* splitmix64, as in packed.py */
  uint64_t h = key ^ (key >> 30);
  h *= 0xBF58476D1CE4E5B9ULL;
  h ^= h >> 27;
  h *= 0x94D049BB133111EBULL;
  return h ^ (h >> 31);
}

static int64_t find(const Table *table, uint64_t key) {
  uint64_t hash = mix(key), bucket = hash >> table->shift;
  uint16_t print = (uint16_t)hash;
  for (uint32_t i = table->starts[bucket]; i < table->starts[bucket + 1]; i++)
    if (table->prints[i] == print) return i;
  return -1;
}

static uint64_t lowest(uint64_t state, int words) { return words >= 4 ? state : state & ((1ULL << (16 * words)) - 1); }

static uint64_t advance(const Model *model, uint64_t state, int32_t word) {
  return lowest((state << 16) | (uint64_t)word, model->order - 1);
}

static void look_at(const Model *model, uint64_t state, Context *context) {
  float backoff[8] = {0}, sum = 0;
  context->state = state;
  context->depth = 1;
  backoff[1] = model->unigram_backoff[state & 0xFFFF];
  for (int words = 2; words < model->order; words++) {
    const Table *table = &model->tables[words - 2];
    int64_t at = find(table, lowest(state, words));
    if (at < 0) break;
    if (table->backoff_codes) backoff[words] = table->backoffs[table->backoff_codes[at]];
    context->depth = words;
  }
  for (int n = model->order; n >= 0; n--) context->backed[n] = sum += backoff[n];
}

/* Where the pair of the last word of a state and the next one stands; -1 where nobody has seen it. */
static int64_t find_pair(const Model *model, uint64_t state, int32_t word) {
  return find(&model->tables[0], lowest((state << 16) | (uint64_t)word, 2));
}

/* Log probability of a word whose pair with the last one stands at pair (find_pair). */
static float logp(const Model *model, const Context *context, int32_t word, int64_t pair) {
  if (pair < 0) return model->unigram_logp[word] + context->backed[1];
  uint64_t full = (context->state << 16) | (uint64_t)word;
  float found = model->tables[0].logps[model->tables[0].codes[pair]] + context->backed[2];
  for (int n = 3; n <= model->order && context->depth >= n - 1; n++) {
    const Table *table = &model->tables[n - 2];
    int64_t at = find(table, lowest(full, n));
    if (at < 0) break;
    found = table->logps[table->codes[at]] + context->backed[n];
  }
  return found;
}

/* Is edge x better than y? Of equal scores the earlier arc is, so that every run ends the same. */
static int beats(const Edge *x, const Edge *y) {
  if (x->score != y->score) return x->score > y->score;
  return x->arc != y->arc ? x->arc < y->arc : x->source < y->source;
}

/* An arc into the boundary at hand, and what comes of it after the best hypothesis at its start. */
typedef struct {
  int64_t arc;
  uint64_t state;
  double gain;
} Passing;

/* The hypotheses of one stretch: (steps + 1) x beam of them, best first at each boundary. */
typedef struct {
  double *score, *total, *gamma;
  uint64_t *state;
  int64_t *back_arc;
  int32_t *back;
  Context *context;
  char *known;   /* whether the context has been looked at */
  int32_t *like; /* the first hypothesis of the same boundary with the same last word */
  int64_t *pair; /* where its pair with the word of the arc at hand stands */
  Passing *passing;
  size_t passing_room;
  Edge *edges;
  Group *groups;
  int32_t *next;   /* edge after this one in its group, or -1 */
  int32_t *slots;  /* hash table of groups */
  int32_t *ranked; /* the groups that stay, best first */
  size_t edge_room;
  Kept *kept;
  size_t kept_count, kept_room;
} Work;

static void release(Work *w) {
  free(w->score); free(w->total); free(w->gamma); free(w->state); free(w->back_arc); free(w->back); free(w->context);
  free(w->known); free(w->like); free(w->pair); free(w->edges); free(w->groups); free(w->next); free(w->slots); free(w->ranked); free(w->kept); free(w->passing);
}

static int reserve(Work *w, size_t hypotheses, int beam) {
  w->ranked = malloc(((size_t)beam + 1) * sizeof(int32_t));
  w->score = malloc(hypotheses * sizeof(double));
  w->total = malloc(hypotheses * sizeof(double));
  w->gamma = malloc(hypotheses * sizeof(double));
  w->state = malloc(hypotheses * sizeof(uint64_t));
  w->back_arc = malloc(hypotheses * sizeof(int64_t));
  w->back = malloc(hypotheses * sizeof(int32_t));
  w->context = malloc(hypotheses * sizeof(Context));
  w->known = malloc(hypotheses);
  w->like = malloc(hypotheses * sizeof(int32_t));
  w->pair = malloc(hypotheses * sizeof(int64_t));
  return w->ranked && w->score && w->total && w->gamma && w->state && w->back_arc && w->back && w->context && w->known &&
         w->like && w->pair;
}

static int room_for_edges(Work *w, size_t count) {
  if (count <= w->edge_room) return 1;
  size_t room = count * 2 + 1024;
  Edge *edges = realloc(w->edges, room * sizeof(Edge));
  if (edges) w->edges = edges;
  Group *groups = realloc(w->groups, room * sizeof(Group));
  if (groups) w->groups = groups;
  int32_t *next = realloc(w->next, room * sizeof(int32_t));
  if (next) w->next = next;
  int32_t *slots = realloc(w->slots, 4 * room * sizeof(int32_t)); /* the next power of two over twice as many */
  if (slots) w->slots = slots;
  if (!edges || !groups || !next || !slots) return 0;
  w->edge_room = room;
  return 1;
}

static int room_for_passing(Work *w, size_t count) {
  if (count <= w->passing_room) return 1;
  size_t room = count * 2 + 1024;
  Passing *passing = realloc(w->passing, room * sizeof(Passing));
  if (!passing) return 0;
  w->passing = passing;
  w->passing_room = room;
  return 1;
}

static int room_for_kept(Work *w, size_t count) {
  if (count <= w->kept_room) return 1;
  size_t room = count * 2 + 4096;
  Kept *kept = realloc(w->kept, room * sizeof(Kept));
  if (!kept) return 0;
  w->kept = kept;
  w->kept_room = room;
  return 1;
}

/* Word and second word of an arc after hypothesis s: adds what they score to *gain; the state after them. */
static uint64_t follow(const Model *m, const Arcs *arcs, int64_t a, size_t s, double *gain, Work *w) {
  uint64_t state = w->state[s];
  int32_t word = arcs->word[a], second = arcs->second[a];
  *gain = arcs->score[a];
  if (word >= 0) {
    if (!w->known[s]) look_at(m, state, &w->context[s]), w->known[s] = 1;
    w->pair[s] = w->like[s] == (int32_t)s ? find_pair(m, state, word) : w->pair[w->like[s]];
    *gain += logp(m, &w->context[s], word, w->pair[s]);
    state = advance(m, state, word);
  }
  if (second >= 0) {
    Context after;
    look_at(m, state, &after);
    *gain += logp(m, &after, second, find_pair(m, state, second));
    state = advance(m, state, second);
  }
  return state;
}

/* The best guess of any arc into boundary first + t. */
static double hope_for(const Arcs *arcs, int64_t first, int t, int beam, const Work *w) {
  double hope = -INFINITY;
  for (int64_t a = arcs->first[first + t]; a < arcs->first[first + t + 1]; a++) {
    int64_t at = arcs->start[a] - first;
    if (at >= 0 && w->score[at * beam] + arcs->guess[a] > hope) hope = w->score[at * beam] + arcs->guess[a];
  }
  return hope;
}

/* Puts the arcs whose guess is within slack of the best into w->passing; their number, or -1 when memory ends. */
static int64_t pass(const Arcs *arcs, int64_t first, int t, int beam, double slack, Work *w) {
  double hope = hope_for(arcs, first, t, beam, w);
  int64_t low = arcs->first[first + t], high = arcs->first[first + t + 1];
  if (hope == -INFINITY) return 0;
  if (!room_for_passing(w, (size_t)(high - low))) return -1;
  int64_t count = 0;
  for (int64_t a = low; a < high; a++) {
    int64_t at = arcs->start[a] - first;
    if (at >= 0 && w->score[at * beam] + arcs->guess[a] > hope - slack) w->passing[count++].arc = a;
  }
  return count;
}

/* All edges into boundary first + t that look well enough; their number, or -1 when memory ends. */
static int64_t expand(const Model *m, const Arcs *arcs, int64_t first, int t, const Reach *reach, Work *w) {
  int beam = reach->beam;
  int64_t passing = pass(arcs, first, t, beam, reach->slack, w);
  double lead = -INFINITY;
  for (int64_t i = 0; i < passing; i++) {
    Passing *p = &w->passing[i];
    size_t s = (size_t)(arcs->start[p->arc] - first) * beam;
    p->state = follow(m, arcs, p->arc, s, &p->gain, w);
    if (w->score[s] + p->gain > lead) lead = w->score[s] + p->gain;
  }
  double best = lead;
  size_t count = 0;
  for (int64_t i = 0; i < passing; i++) {
    const Passing *p = &w->passing[i];
    size_t s = (size_t)(arcs->start[p->arc] - first) * beam, end = s + beam;
    double least = lead - reach->width - reach->won - p->gain;
    if (!(w->score[s] > least)) continue;
    if (!room_for_edges(w, count + (size_t)beam)) return -1;
    w->edges[count++] = (Edge){p->state, w->score[s] + p->gain, p->gain, p->arc, (int32_t)s};
    if (arcs->word[p->arc] >= 0) w->pair[s] = find_pair(m, w->state[s], arcs->word[p->arc]);
    while (++s < end && w->score[s] > least) {
      double gain;
      uint64_t state = follow(m, arcs, p->arc, s, &gain, w);
      double score = w->score[s] + gain;
      if (score > best) best = score;
      if (score > best - reach->width) w->edges[count++] = (Edge){state, score, gain, p->arc, (int32_t)s};
    }
  }
  size_t kept = 0;
  for (size_t i = 0; i < count; i++)
    if (w->edges[i].score > best - reach->width) w->edges[kept++] = w->edges[i];
  return passing < 0 ? -1 : (int64_t)kept;
}

/* Gathers edges by the state they lead to; the number of groups. */
static int32_t gather(int64_t count, Work *w) {
  size_t size = 16;
  while (size < (size_t)count * 2) size *= 2;
  memset(w->slots, 0xFF, size * sizeof(int32_t));
  int32_t groups = 0;
  for (int32_t i = 0; i < count; i++) {
    size_t slot = mix(w->edges[i].state) & (size - 1);
    while (w->slots[slot] >= 0 && w->groups[w->slots[slot]].state != w->edges[i].state) slot = (slot + 1) & (size - 1);
    w->next[i] = -1;
    if (w->slots[slot] < 0) {
      w->groups[groups] = (Group){w->edges[i].state, i, i, i};
      w->slots[slot] = groups++;
    } else {
      Group *group = &w->groups[w->slots[slot]];
      w->next[group->last] = i;
      group->last = i;
      if (beats(&w->edges[i], &w->edges[group->head])) group->head = i;
    }
  }
  return groups;
}

/* The best groups, at most beam of them, into w->ranked; their number. Of equal scores the lower state comes first. */
static int rank(int32_t groups, int beam, Work *w) {
  int kept = 0;
  for (int32_t g = 0; g < groups; g++) {
    double score = w->edges[w->groups[g].head].score;
    int at = kept;
    while (at > 0) {
      const Group *other = &w->groups[w->ranked[at - 1]];
      double its = w->edges[other->head].score;
      if (its > score || (its == score && other->state < w->groups[g].state)) break;
      at--;
    }
    if (at >= beam) continue;
    memmove(&w->ranked[at + 1], &w->ranked[at], (size_t)(kept - at) * sizeof(int32_t));
    w->ranked[at] = g;
    if (kept < beam) kept++;
  }
  return kept;
}

/* Edges into one state become one hypothesis; the best of these stay. False when memory ends. */
static int merge(int t, int beam, int64_t count, Work *w) {
  int kept = rank(gather(count, w), beam, w);
  for (int r = 0; r < kept; r++) {
    const Group *group = &w->groups[w->ranked[r]];
    const Edge *head = &w->edges[group->head];
    int32_t target = t * beam + r;
    double sum = 0;
    size_t edges = 0;
    for (int32_t e = group->first; e >= 0; e = w->next[e], edges++)
      sum += exp(w->total[w->edges[e].source] + w->edges[e].gain - head->score);
    double total = head->score + log(sum);
    w->score[target] = head->score;
    w->total[target] = total;
    w->state[target] = group->state;
    w->back_arc[target] = head->arc;
    w->back[target] = head->source;
    w->like[target] = target;
    for (int32_t other = t * beam; other < target; other++)
      if ((w->state[other] & 0xFFFF) == (group->state & 0xFFFF)) {
        w->like[target] = other;
        break;
      }
    if (!room_for_kept(w, w->kept_count + edges)) return 0;
    for (int32_t e = group->first; e >= 0; e = w->next[e]) {
      double share = exp(w->total[w->edges[e].source] + w->edges[e].gain - total);
      w->kept[w->kept_count++] = (Kept){w->edges[e].source, target, w->edges[e].arc, share};
    }
  }
  return 1;
}

/* The best path from the last boundary back, with the posterior of each of its arcs; -1 when memory ends. */
static int64_t trace(const Arcs *arcs, int64_t first, int64_t last, int beam, Work *w, int64_t *path, double *posteriors) {
  size_t final = (size_t)(last - first) * beam;
  double best = -INFINITY, most = -INFINITY;
  int at_best = 0;
  for (int b = 0; b < beam; b++) {
    if (w->score[final + b] > best) best = w->score[final + b], at_best = b;
    if (w->total[final + b] > most) most = w->total[final + b];
  }
  if (best == -INFINITY) return 0;
  double sum = 0;
  for (int b = 0; b < beam; b++) sum += exp(w->total[final + b] - most);
  for (int b = 0; b < beam; b++) w->gamma[final + b] = exp(w->total[final + b] - most - log(sum));
  int64_t low = arcs->first[first], high = arcs->first[last + 1];
  double *posterior = calloc((size_t)(high - low) + 1, sizeof(double));
  if (!posterior) return -1;
  for (size_t i = w->kept_count; i-- > 0;) {
    double p = w->gamma[w->kept[i].target] * w->kept[i].share;
    w->gamma[w->kept[i].source] += p;
    posterior[w->kept[i].arc - low] += p;
  }
  int64_t length = 0;
  for (int64_t at = (int64_t)final + at_best; w->back_arc[at] >= 0; at = w->back[at]) {
    path[length] = w->back_arc[at];
    posteriors[length++] = posterior[w->back_arc[at] - low];
  }
  free(posterior);
  return length;
}

/* Searches every stretch; the arcs of its path stand, last one first, at path[offset[i]], their number in length[i].
   Returns 0, or -1 when memory ends. path and posteriors have room for one arc per boundary of every stretch. */
int search_stretches(const Model *model, const Arcs *arcs, int64_t stretches, const int64_t *firsts, const int64_t *lasts,
                     const Reach *reach, const int64_t *offset, int64_t *length, int64_t *path, double *posteriors) {
  Work w = {0};
  int beam = reach->beam;
  int64_t longest = 0;
  for (int64_t i = 0; i < stretches; i++)
    if (lasts[i] - firsts[i] > longest) longest = lasts[i] - firsts[i];
  int sound = reserve(&w, (size_t)(longest + 1) * beam, beam);
  for (int64_t i = 0; i < stretches && sound; i++) {
    int steps = (int)(lasts[i] - firsts[i]);
    size_t hypotheses = (size_t)(steps + 1) * beam;
    for (size_t h = 0; h < hypotheses; h++) w.score[h] = w.total[h] = -INFINITY, w.back_arc[h] = -1;
    memset(w.gamma, 0, hypotheses * sizeof(double));
    memset(w.known, 0, hypotheses);
    w.score[0] = w.total[0] = w.like[0] = 0;
    w.state[0] = 0; /* the state at the start of a paragraph, LanguageModel.start */
    w.kept_count = 0;
    for (int t = 1; t <= steps && sound; t++) {
      int64_t count = expand(model, arcs, firsts[i], t, reach, &w);
      sound = count >= 0 && (count == 0 || merge(t, beam, count, &w));
    }
    if (sound) sound = (length[i] = trace(arcs, firsts[i], lasts[i], beam, &w, path + offset[i], posteriors + offset[i])) >= 0;
  }
  release(&w);
  return sound ? 0 : -1;
}

/* For each of count windows of words, before words of context first: the log probability of all words after these, or, as
   soon as it is below the window's floor, of those up to there. */
void score_windows(const Model *model, int64_t count, int width, const int64_t *windows, const double *floors, double *scores) {
  int before = model->order - 1;
  for (int64_t i = 0; i < count; i++) {
    const int64_t *window = windows + i * width;
    uint64_t state = 0;
    double total = 0;
    for (int k = 0; k < width && total >= floors[i]; k++) {
      if (k >= before) {
        Context context;
        look_at(model, state, &context);
        total += logp(model, &context, (int32_t)window[k], find_pair(model, state, (int32_t)window[k]));
      }
      state = advance(model, state, (int32_t)window[k]);
    }
    scores[i] = total;
  }
}
