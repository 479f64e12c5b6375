#include "qscore/score.hpp"

#include <omp.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <stdexcept>
#include <string>

#include "kernel.hpp"
#include "qscore/neighbors.hpp"
#include "qscore/shells.hpp"
#include "threads.hpp"

namespace qscore {
namespace {

struct Kernel {
  const char* name;
  kernel::ScoreAtom score_atom;
};

// The kernels that this machine can run, fastest first.
std::vector<Kernel> available_kernels() {
  std::vector<Kernel> kernels;
#ifdef QSCORE_X86_DISPATCH
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw"))
    kernels.push_back({"avx512", kernel::avx512::score_atom});
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    kernels.push_back({"avx2", kernel::avx2::score_atom});
#endif
  kernels.push_back({"baseline", kernel::baseline::score_atom});
  return kernels;
}

Kernel chosen_kernel() {
  static const std::vector<Kernel> kernels = available_kernels();
  const char* wanted = std::getenv("QSCORE_INSTRUCTION_SET");
  if (wanted == nullptr) return kernels.front();
  for (const auto& kernel : kernels)
    if (std::string(wanted) == kernel.name) return kernel;
  throw std::invalid_argument("QSCORE_INSTRUCTION_SET is " + std::string(wanted) +
                              ", which this build or machine does not have; unset it");
}

void check(const ScoreOptions& options) {
  const auto positive = [](double x) { return x > 0 && std::isfinite(x); };
  if (!positive(options.sigma)) throw std::invalid_argument("sigma must be a positive number of Å");
  if (!(options.radius_step >= 1e-6 && options.radius_step <= 1e3))
    throw std::invalid_argument("radius_step must be from 0.000001 to 1000 Å");
  if (options.shells < 1 || options.shells > 1000)
    throw std::invalid_argument("shells must be from 1 to 1000; got " +
                                std::to_string(options.shells));
  if (options.points < 2 || options.points > 1000)
    throw std::invalid_argument("points must be from 2 to 1000; got " +
                                std::to_string(options.points));
  if (options.tries < 1 || options.tries > 1000)
    throw std::invalid_argument("tries must be from 1 to 1000; got " +
                                std::to_string(options.tries));
}

// The tables that all atoms share, and the view of them that the kernel takes.
class Tables {
 public:
  Tables(const Volume& volume, const ScoreOptions& options) {
    set_begin_.push_back(0);
    for (int t = 0; t < options.tries; ++t) {
      const auto points = spiral_points(options.points + 2 * t);
      direction_.insert(direction_.end(), points.begin(), points.end());
      set_begin_.push_back(static_cast<int>(direction_.size()));
    }
    const std::size_t padded = kernel::padded(direction_.size());
    for (auto& column : columns_) column.assign(padded, 0.0f);
    // The grid axis along which neighbours are adjacent in memory comes first.
    std::array<std::size_t, 3> axis{0, 1, 2};
    for (std::size_t a = 0; a < 3; ++a)
      if (volume.strides()[a] == 1) std::swap(axis[0], axis[a]);
    for (std::size_t p = 0; p < direction_.size(); ++p)
      for (std::size_t a = 0; a < 3; ++a) {
        const Vec3& v = direction_[p];
        const Vec3& row = volume.inverse()[axis[a]];
        columns_[a][p] = static_cast<float>(v[a]);
        columns_[3 + a][p] = static_cast<float>(row[0] * v[0] + row[1] * v[1] + row[2] * v[2]);
      }
    for (int s = 1; s <= options.shells; ++s) {
      const double radius = s * options.radius_step;
      radius_.push_back(radius);
      gaussian_.push_back(std::expm1(-radius * radius / (2 * options.sigma * options.sigma)));
    }

    shared_.sets = options.tries;
    shared_.set_begin = set_begin_.data();
    shared_.x = columns_[0].data();
    shared_.y = columns_[1].data();
    shared_.z = columns_[2].data();
    shared_.i = columns_[3].data();
    shared_.j = columns_[4].data();
    shared_.k = columns_[5].data();
    shared_.direction = direction_.front().data();
    shared_.shells = options.shells;
    shared_.points = options.points;
    shared_.radius = radius_.data();
    shared_.gaussian = gaussian_.data();
    shared_.clear_share = kClearShare;
    // A hair wide, so that rounding never drops a neighbour.
    shared_.reach = kReachShare * radius_.back() * (1 + 1e-12);
    shared_.bins_per_angstrom = (1 - 1e-12) / (kReachShare * options.radius_step);
    // v·n and (0.19 R² + n²)/2R have fewer than ten roundings of values up to the reach.
    shared_.doubt = static_cast<float>(10 * shared_.reach * std::numeric_limits<float>::epsilon());
    shared_.data = volume.data();
    double offset = 0;
    for (std::size_t a = 0; a < 3; ++a) {
      const Vec3& row = volume.inverse()[axis[a]];
      shared_.shape[a] = volume.shape()[axis[a]];
      shared_.stride[a] = volume.strides()[axis[a]];
      shared_.origin[a] = volume.frame().origin[a];
      for (std::size_t xyz = 0; xyz < 3; ++xyz) shared_.inverse[a][xyz] = row[xyz];
      // Wide enough for what single precision makes of a sample's place.
      shared_.margin[a] = radius_.back() * std::hypot(row[0], row[1], row[2]) * (1 + 1e-6) + 1e-3;
      offset += (shared_.margin[a] + 2) * std::abs(static_cast<double>(shared_.stride[a]));
    }
    shared_.fast = shared_.stride[0] == 1 && offset < std::numeric_limits<std::int32_t>::max();
  }
  Tables(const Tables&) = delete;
  Tables& operator=(const Tables&) = delete;

  const kernel::Shared& shared() const { return shared_; }
  std::size_t all_points() const { return columns_[0].size(); }
  std::size_t largest_set() const {
    return static_cast<std::size_t>(set_begin_.back() - set_begin_[set_begin_.size() - 2]);
  }

 private:
  std::vector<int> set_begin_;
  std::vector<Vec3> direction_;
  std::array<std::vector<float>, 6> columns_;
  std::vector<double> radius_, gaussian_;
  kernel::Shared shared_{};
};

// One thread's candidates and scratch.
class Worker {
 public:
  explicit Worker(const Tables& tables) {
    const auto shells = static_cast<std::size_t>(tables.shared().shells);
    const std::size_t samples = kernel::padded(shells * tables.largest_set() + 1);
    for (auto& column : floats_) column.resize(samples);
    for (auto& column : doubles_) column.resize(samples);
    clear_.resize(tables.all_points() / 64 + 1);
    point_.resize(samples);
    voxel_.resize(samples);
    for (std::size_t r = 0; r < 4; ++r) {
      pairs_[r].resize(2 * samples);
      scratch_.pair[r] = pairs_[r].data();
    }
    scratch_.voxel = voxel_.data();
    shell_begin_.resize(shells + 1);
    bin_begin_.resize(shells + 1);
    scratch_.clear = clear_.data();
    scratch_.si = floats_[0].data();
    scratch_.sj = floats_[1].data();
    scratch_.sk = floats_[2].data();
    scratch_.point = point_.data();
    scratch_.shell_begin = shell_begin_.data();
    scratch_.bin_begin = bin_begin_.data();
    scratch_.weight = doubles_[0].data();
    scratch_.value = doubles_[1].data();
  }

  // Takes the atoms of cube `center` and of the 26 around it as candidates. Cubes are entered in
  // ascending order between two calls of start(): the nine rows of three cubes around them are then
  // followed by nine cursors, without a search.
  void enter(const NeighborHash& hash, std::size_t center) {
    const auto& cells = hash.cells();
    for (auto& column : xyz_) column.clear();
    for (int row = 0; row < 9; ++row) {
      const auto first = NeighborHash::shifted(cells[center].key, -1, row % 3 - 1, row / 3 - 1);
      auto& cursor = cursors_[static_cast<std::size_t>(row)];
      if (!started_)
        cursor = std::lower_bound(
            cells.begin(), cells.end(), first,
            [](const NeighborHash::Cell& cell, std::uint64_t key) { return cell.key < key; });
      while (cursor != cells.end() && cursor->key < first) ++cursor;
      for (auto cell = cursor; cell != cells.end() && cell->key <= first + 2; ++cell)
        for (auto atom = cell->first; atom < cell->last; ++atom)
          for (std::size_t a = 0; a < 3; ++a) xyz_[a].push_back(hash.positions()[atom][a]);
    }
    started_ = true;
    const std::size_t size = xyz_[0].size();
    candidates_ = {static_cast<int>(size), xyz_[0].data(), xyz_[1].data(), xyz_[2].data()};
    if (square_.size() < size) {
      square_.resize(size);
      near_.resize(size + 1);
      bin_.resize(size);
      for (auto& column : neighbors_) column.resize(size);
      exact_.resize(3 * size);
      scratch_.square = square_.data();
      scratch_.near = near_.data();
      scratch_.bin = bin_.data();
      scratch_.nx = neighbors_[0].data();
      scratch_.ny = neighbors_[1].data();
      scratch_.nz = neighbors_[2].data();
      scratch_.nn = neighbors_[3].data();
      scratch_.limit = neighbors_[4].data();
      scratch_.exact = exact_.data();
    }
  }

  void start() { started_ = false; }

  const kernel::Candidates& candidates() const { return candidates_; }
  const kernel::Scratch& scratch() const { return scratch_; }

 private:
  std::array<std::vector<double>, 3> xyz_;
  std::array<std::vector<float>, 3> floats_;
  std::array<std::vector<double>, 2> doubles_;
  std::array<std::vector<float>, 5> neighbors_;
  std::vector<double> square_, exact_;
  std::vector<std::uint64_t> clear_;
  std::array<std::vector<float>, 4> pairs_;
  std::vector<int> near_, bin_, point_, voxel_, shell_begin_, bin_begin_;
  std::array<std::vector<NeighborHash::Cell>::const_iterator, 9> cursors_;
  bool started_ = false;
  kernel::Candidates candidates_{};
  kernel::Scratch scratch_{};
};

// Tells the caller how far the work is, at most ten times a second, and remembers a wish to stop.
class Reporter {
 public:
  explicit Reporter(const Progress& progress) : progress_(progress) {}

  bool stopped() const { return stopped_.load(std::memory_order_relaxed); }

  void add(std::size_t atoms) {
    const std::size_t done = done_.fetch_add(atoms, std::memory_order_relaxed) + atoms;
    if (!progress_ || omp_get_thread_num() != 0) return;
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::milliseconds(100)) return;
    last_ = now;
    if (!progress_(done)) stopped_.store(true, std::memory_order_relaxed);
  }

 private:
  const Progress& progress_;
  std::atomic<std::size_t> done_{0};
  std::atomic<bool> stopped_{false};
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace

const char* instruction_set() { return chosen_kernel().name; }

Scores score(const Volume& volume, Points atoms, Span<std::int64_t> queries,
             const ScoreOptions& options, const Progress& progress) {
  check(options);
  std::vector<std::uint8_t> wanted(atoms.size(), 0);
  for (const auto query : queries) {
    if (query < 0 || static_cast<std::size_t>(query) >= atoms.size())
      throw std::invalid_argument("query " + std::to_string(query) + " is no row of the " +
                                  std::to_string(atoms.size()) + " atoms");
    wanted[static_cast<std::size_t>(query)] = 1;
  }
  const Tables tables(volume, options);
  // Short reaches in larger cubes: a hash counts no more than a million cubes from the origin.
  const NeighborHash hash(atoms, std::max(tables.shared().reach, 1.0));
  const auto score_atom = chosen_kernel().score_atom;

  std::vector<double> q(atoms.size());
  std::vector<std::int32_t> outside(atoms.size());
  const auto& cells = hash.cells();
  constexpr std::size_t kBlock = 64;  // cubes that a thread takes at a time
  const auto blocks = static_cast<std::int64_t>((cells.size() + kBlock - 1) / kBlock);
  Reporter reporter(progress);
  const auto make_worker = [&] { return Worker(tables); };
  parallel_for(team_size(options.threads), blocks, 1, make_worker,
               [&](Worker& worker, std::int64_t b) {
                 if (reporter.stopped()) return;
                 worker.start();
                 const std::size_t first = static_cast<std::size_t>(b) * kBlock,
                                   last = std::min(first + kBlock, cells.size());
                 std::size_t scored = 0;
                 for (std::size_t c = first; c < last; ++c) {
                   bool entered = false;
                   for (auto row = cells[c].first; row < cells[c].last; ++row) {
                     const auto atom = hash.order()[row];
                     if (!wanted[atom]) continue;
                     if (!entered) worker.enter(hash, c);
                     entered = true;
                     ++scored;
                     q[atom] = score_atom(tables.shared(), worker.candidates(), worker.scratch(),
                                          hash.positions()[row].data(), &outside[atom]);
                   }
                 }
                 reporter.add(scored);
               });
  if (reporter.stopped()) throw std::runtime_error("scoring was stopped");

  Scores scores;
  scores.q.reserve(queries.size());
  scores.outside.reserve(queries.size());
  for (const auto query : queries) {
    scores.q.push_back(q[static_cast<std::size_t>(query)]);
    scores.outside.push_back(outside[static_cast<std::size_t>(query)]);
  }
  return scores;
}

}  // namespace qscore
