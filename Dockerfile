# The edition with JupyterLab, for Docker and for Binder (mybinder.org builds a repository's Dockerfile).
FROM python:3.11-slim-bookworm

RUN apt-get update && apt-get install --yes --no-install-recommends make git && rm -rf /var/lib/apt/lists/*

# Binder runs as this user, never as root.
ARG NB_USER=jovyan
ARG NB_UID=1000
ENV HOME=/home/${NB_USER}
RUN useradd --create-home --uid ${NB_UID} ${NB_USER}
COPY --chown=${NB_UID} . ${HOME}/book
USER ${NB_USER}
WORKDIR ${HOME}/book

# The locked environment, then the notebook server in one of its own: it must not change a locked version. The kernel
# takes the place of the server's, which has none of the packages.
RUN make .venv/ready \
    && python -m venv ${HOME}/lab && ${HOME}/lab/bin/pip install --no-cache-dir jupyterlab==4.* notebook==7.* \
    && .venv/bin/python -m ipykernel install --prefix ${HOME}/lab --name python3 --display-name "Python 3"
ENV PATH=${HOME}/lab/bin:${PATH} PYTHONHASHSEED=0
CMD ["jupyter", "lab", "--ip=0.0.0.0", "--port=8888"]
