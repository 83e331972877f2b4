# One folder, one target. Every .cpp of the folder belongs to it (sub-folders too, but for those
# named in WITHOUT); USES is the whole list of what the folder may include.
function(add_module name)
  cmake_parse_arguments(module "" "" "USES;WITHOUT" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  foreach(pattern IN LISTS module_WITHOUT)
    list(FILTER sources EXCLUDE REGEX "${CMAKE_CURRENT_SOURCE_DIR}/${pattern}")
  endforeach()
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${module_USES})
endfunction()
