# Builds the addon for Windows on any other machine, with mingw-w64: `npm run build:windows`. What is built, and with
# which libraries, native/binding.gyp says; a file is compiled anew when it, or what it includes, has changed.
TOOLS := x86_64-w64-mingw32-
# Not the flavour with threads of Win32, which lacks those of C++.
CXX := $(shell command -v ccache) $(TOOLS)g++-posix
OUT := build/windows
HEADERS := node_modules/node-api-headers

gyp = $(shell python3 -c "import ast; \
  gyp = ast.literal_eval(open('native/binding.gyp').read()); \
  of = gyp['target_defaults'] if '$(1)' == 'defines' else gyp['targets'][0]; \
  shared = gyp['target_defaults']['sources'] if '$(1)' == 'sources' else []; \
  print(*shared, *of.get('$(1)', []), *next(each[1] for each in of['conditions'] if each[0] == 'OS==\"win\"')['$(1)'])")
SOURCES := $(call gyp,sources)
LIBRARIES := $(patsubst %.lib,-l%,$(call gyp,libraries))
OBJECTS := $(SOURCES:src/%.cc=$(OUT)/%.o)

FLAGS := -std=c++17 -pedantic -O2 -Wall -Wextra -Werror $(addprefix -D,$(call gyp,defines)) \
  -isystem $(HEADERS)/include -isystem node_modules/node-addon-api

$(OUT)/sysgraph.node: $(OBJECTS) $(OUT)/libnode_api.a $(OUT)/libjs_native_api.a
	$(TOOLS)g++-posix -shared -static -s -o $@ $(OBJECTS) -L$(OUT) -lnode_api -ljs_native_api $(LIBRARIES)

$(OUT)/%.o: native/src/%.cc native/windows.mk
	@mkdir -p $(@D)
	$(CXX) $(FLAGS) -MMD -c -o $@ $<

# What node.exe has of Node-API, as its own headers list it.
$(OUT)/lib%.a: $(HEADERS)/def/%.def
	@mkdir -p $(@D)
	$(TOOLS)dlltool -d $< -l $@

-include $(OBJECTS:.o=.d)
