# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Readers of the runtime. The kept corpora are written by make_corpus.py and, the images, by image_corpus.
add_library(spindle_sample_image STATIC ${PROJECT_SOURCE_DIR}/tests/unit/runtime/support/SampleImage.cpp)
target_link_libraries(spindle_sample_image PRIVATE spindle_flags PUBLIC spindle::image)

spindle_fuzz(Image SOURCES ImageFuzz.cpp LINK spindle_sample_image)
spindle_fuzz(Idx SOURCES IdxFuzz.cpp LINK spindle::io)
spindle_fuzz(Npy SOURCES NpyFuzz.cpp LINK spindle::io)
spindle_fuzz(Csv SOURCES CsvFuzz.cpp LINK spindle::io)
spindle_fuzz(Nmnist SOURCES NmnistFuzz.cpp LINK spindle::io)

add_executable(image_corpus ImageCorpus.cpp)
target_link_libraries(image_corpus PRIVATE spindle_flags spindle_sample_image)
