/// @file
/// What the shared library exports.
#pragma once

#if defined(QSCORE_STATIC)
#define QSCORE_API
#elif defined(_WIN32)
#if defined(qscore_EXPORTS)
#define QSCORE_API __declspec(dllexport)
#else
#define QSCORE_API __declspec(dllimport)
#endif
#else
/// Marks a class or function of the library that programs may use.
#define QSCORE_API __attribute__((visibility("default")))
#endif
